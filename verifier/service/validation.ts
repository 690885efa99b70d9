import { isUtf8 } from 'node:buffer';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import express from 'express';
import type { RequestHandler } from 'express';
import type { JsonSchema, Operation } from '../../spec/index.ts';
import { ApiError } from './answers.ts';

/** 64 KiB, as the contract says. */
const BODY_LIMIT = 64 * 1024;

/** A half of a surrogate pair is no text: PostgreSQL would keep another character instead. */
const NO_TEXT = /\p{Surrogate}/u;

/** Handlers that read the body and the query of an operation and hold them against its own schemas. */
export function validate(operation: Operation): readonly RequestHandler[] {
  const query = operation.parameters.filter((parameter) => parameter.in === 'query');
  return [
    ...(operation.requestBody ? [expectJson, readJson, checkBody(operation.requestBody.schema)] : []),
    ...(query.length > 0 ? [checkQuery(query)] : []),
  ];
}

/** The query of the request as `validate` left it: typed, with defaults, without what the contract does not name. */
export function queryOf(response: { readonly locals: Record<string, unknown> }): Record<string, unknown> {
  return response.locals['query'] as Record<string, unknown>;
}

const expectJson: RequestHandler = (request, response, next) => {
  const { 'content-length': length, 'transfer-encoding': encoding, expect } = request.headers;
  if (encoding === undefined && (length === undefined || length === '0')) {
    throw new ApiError('validation_failed', 'body: must not be missing');
  }
  if (request.is('application/json') === false) {
    throw new ApiError('unsupported_media_type', 'The body must be application/json');
  }
  if (Number(length) > BODY_LIMIT) throw new ApiError('body_too_large', 'The body is larger than 64 KiB');
  if (expect !== undefined) {
    response.removeHeader('connection');
    response.writeContinue();
  }
  next();
};

const readJson = express.json({
  limit: BODY_LIMIT,
  inflate: false,
  verify: (_request, _response, bytes) => {
    if (!isUtf8(bytes)) throw Object.assign(new Error('not UTF-8'), { status: 415 });
  },
});

function checkBody(schema: JsonSchema): RequestHandler {
  const check = compile(schema, {});
  return (request, _response, next) => {
    const body: unknown = request.body;
    if (!check(body)) throw failed('body', check);
    for (const [name, value] of Object.entries(body as Record<string, unknown>)) {
      if (typeof value === 'string' && NO_TEXT.test(value)) {
        throw new ApiError('validation_failed', `${name}: must be well-formed Unicode`);
      }
    }
    next();
  };
}

function checkQuery(parameters: Operation['parameters']): RequestHandler {
  const properties = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]));
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  const check = compile({ type: 'object', properties, required }, { coerceTypes: true });
  return (request, response, next) => {
    const given = parameters.flatMap(({ name }) =>
      name in request.query ? [[name, request.query[name]]] : [],
    );
    const query: unknown = Object.fromEntries(given);
    if (!check(query)) throw failed('query', check);
    response.locals['query'] = query;
    next();
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
