import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { jsonBody } from '../../finding.ts';
import type { Invariant } from '../../invariant.ts';
import { notApplicable } from '../../finding.ts';
import type { Exchange } from '../../model.ts';
import type { JsonSchema, Operation } from '../../../spec/index.ts';
import { judgeEveryAnswer } from './every-answer.ts';
import { noForbidden } from './no-forbidden.ts';
import { operationOf } from './operation-of.ts';

/** The body of a refusal, by the schema that the contract itself declares for it. */
function errorSchema(id: string, status: 401 | 403): Invariant {
  return {
    id,
    judge: (evidence) => {
      const declared = evidence.operations.all
        .map(({ operation }) => schemaOf(operation, status))
        .find((schema) => schema !== undefined);
      if (declared === undefined) return notApplicable(`the contract declares no body for a ${status}`);
      const none = status === 403 ? noForbidden(evidence) : undefined;
      if (none !== undefined) return none;
      const check = bodyChecker();
      return judgeEveryAnswer(evidence.exchanges, {
        expected: `the body that the contract declares for a ${status}`,
        kind: `a ${status}`,
        applies: ({ request, response }) => response.status === status && request.method !== 'HEAD',
        fault: (exchange) => {
          const operation = operationOf(evidence, exchange.request);
          return check(exchange, (operation && schemaOf(operation, status)) ?? declared);
        },
      });
    },
  };
}

const answerSchema: Invariant = {
  id: 'answer-schema',
  judge: (evidence) => {
    const check = bodyChecker();
    return judgeEveryAnswer(evidence.exchanges, {
      expected: 'a status and a body that the contract declares for the operation',
      kind: 'a success',
      applies: ({ request, response }) =>
        response.status >= 200 &&
        response.status < 300 &&
        response.status !== 204 &&
        operationOf(evidence, request) !== undefined,
      fault: (exchange) => {
        const operation = operationOf(evidence, exchange.request);
        const { status } = exchange.response;
        if (operation && !isDeclared(operation, status)) return `the status ${status} is not declared`;
        const schema = operation && schemaOf(operation, status);
        return schema === undefined ? undefined : check(exchange, schema);
      },
    });
  },
};

export const bodySchemaInvariants: readonly Invariant[] = [
  errorSchema('err-401-schema', 401),
  errorSchema('err-403-schema', 403),
  answerSchema,
];

const wildcards = (status: number): readonly string[] => [
  String(status),
  `${String(status).slice(0, 1)}XX`,
  'default',
];

function isDeclared({ responses }: Operation, status: number): boolean {
  return wildcards(status).some((key) => responses[key] !== undefined);
}

/** The JSON schema of an answer; `undefined` where the contract declares no JSON body for it. */
function schemaOf({ responses }: Operation, status: number): JsonSchema | undefined {
  const response = wildcards(status)
    .map((key) => responses[key])
    .find((declared) => declared !== undefined);
  return Object.entries(response?.content ?? {}).find(([type]) => /[/+]json\b/.test(type))?.[1].schema;
}

/** What is wrong with a body; no value of it is repeated. */
function bodyChecker(): (exchange: Exchange, schema: JsonSchema) => string | undefined {
  // Contracts come from anywhere and may have keywords of their own.
  const ajv = new Ajv2020({ strict: false, logger: false, validateSchema: false });
  addFormats.default(ajv);
  const validators = new Map<JsonSchema, ValidateFunction>();
  return (exchange, schema) => {
    if (exchange.response.body === '') return 'the body is empty';
    const body = jsonBody(exchange);
    if (body === undefined) return 'the body is not JSON';
    const validate = validators.get(schema) ?? ajv.compile(schema);
    validators.set(schema, validate);
    if (validate(body)) return undefined;
    const [error] = validate.errors ?? [];
    return `the body${error?.instancePath ?? ''} ${error?.message ?? 'does not fit'}`;
  };
}
