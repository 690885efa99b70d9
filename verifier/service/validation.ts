import { parse as parseQuery } from 'node:querystring';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonSchema, Operation } from '../../spec/index.ts';
import { ApiError } from './answers.ts';
import { readJson } from './body.ts';
import type { Input } from './exchange.ts';

/** A half of a surrogate pair is no text: PostgreSQL would keep another character instead. */
const NO_TEXT = /\p{Surrogate}/u;

/** Reads what an operation takes of a request. @throws ApiError, or rejects with it, where that is not what its schemas say */
export type ReadInput = (
  request: IncomingMessage,
  response: ServerResponse,
  query: string,
) => Input | Promise<Input>;

export function createReader({ parameters, requestBody }: Operation): ReadInput {
  const ofQuery = parameters.filter((parameter) => parameter.in === 'query');
  const checkQuery = ofQuery.length > 0 ? createQueryCheck(ofQuery) : () => ({});
  if (requestBody === undefined) return (_request, _response, query) => ({ query: checkQuery(query) });
  const checkBody = createBodyCheck(requestBody.schema);
  return async (request, response, query) => {
    const body = checkBody(await readJson(request, response));
    return { body, query: checkQuery(query) };
  };
}

function createBodyCheck(schema: JsonSchema): (body: unknown) => unknown {
  const check = compile(schema, {});
  return (body) => {
    if (!check(body)) throw failed('body', check);
    for (const [name, value] of Object.entries(body as Record<string, unknown>)) {
      if (typeof value === 'string' && NO_TEXT.test(value)) {
        throw new ApiError('validation_failed', `${name}: must be well-formed Unicode`);
      }
    }
    return body;
  };
}

function createQueryCheck(parameters: Operation['parameters']): (query: string) => Record<string, unknown> {
  const properties = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]));
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  const check = compile({ type: 'object', properties, required }, { coerceTypes: true });
  return (text) => {
    const given = parseQuery(text);
    const query: Record<string, unknown> = {};
    for (const { name } of parameters) if (given[name] !== undefined) query[name] = given[name];
    if (!check(query)) throw failed('query', check);
    return query;
  };
}

function compile(schema: JsonSchema, options: { coerceTypes?: boolean }): ValidateFunction {
  // The contract was held against its own schema when it was loaded; once more would be most of the time of a start.
  const ajv = new Ajv2020({ strict: false, useDefaults: true, validateSchema: false, ...options });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

function failed(whole: string, { errors }: ValidateFunction): ApiError {
  const [error] = errors ?? [];
  return new ApiError('validation_failed', error ? describe(whole, error) : `${whole}: is not valid`);
}

/** Which member breaks which rule: both as the contract names them, and nothing that the request holds. */
function describe(whole: string, error: ErrorObject): string {
  const member = error.instancePath.slice(1) || whole;
  const params = error.params as Readonly<Record<string, unknown>>;
  const limit = Number(params['limit']);
  switch (error.keyword) {
    case 'required':
      return `${String(params['missingProperty'])}: must not be missing`;
    case 'additionalProperties':
      return `${member}: must hold no member that is not documented`;
    case 'type':
      return `${member}: must be ${String(params['type'])}`;
    case 'minimum':
      return `${member}: must be at least ${limit}`;
    case 'maximum':
      return `${member}: must be at most ${limit}`;
    case 'minLength':
      return `${member}: must have at least ${count(limit, 'character')}`;
    case 'maxLength':
      return `${member}: must have at most ${count(limit, 'character')}`;
    case 'minProperties':
      return `${member}: must hold at least ${count(limit, 'member')}`;
    case 'pattern':
      return `${member}: holds a character that is not allowed`;
    default:
      return `${member}: is not valid`;
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
