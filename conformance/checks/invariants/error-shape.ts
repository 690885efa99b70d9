import { parseDocument } from 'yaml';
import { headerValues, jsonBody, notApplicable } from '../../finding.ts';
import type { Evidence, Invariant } from '../../invariant.ts';
import type { RecordedExchange } from '../../recorder.ts';
import type { JsonSchema } from '../../../spec/index.ts';
import { judgeEveryAnswer } from './every-answer.ts';
import { operationOf } from './operation-of.ts';

/** Methods that an API answers itself; others end in the HTTP server. */
const API_METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
const ABOUT_TOKENS = [401, 403, 503];

const isAboutTokens = ({ request, response }: RecordedExchange): boolean =>
  ABOUT_TOKENS.includes(response.status) && request.method !== 'HEAD';

const isJson = (exchange: RecordedExchange): boolean =>
  exchange.response.body !== '' &&
  headerValues(exchange, 'content-type').some((type) => /[/+]json\b/i.test(type));

export const errorShapeInvariants: readonly Invariant[] = [
  {
    id: 'err-404-405-422-schema',
    judge: (evidence) =>
      judgeShape(evidence, 'a 404, 405 or 422 of the API', ({ request, response, raw }) => {
        const { status } = response;
        if (raw || !API_METHODS.has(request.method)) return false;
        // A 400 may come from the HTTP parser, unless the request was one that the API had to judge by its body.
        const judgedByBody = request.body !== undefined && operationOf(evidence, request) !== undefined;
        return status === 404 || status === 405 || ([400, 415, 422].includes(status) && judgedByBody);
      }),
  },
  {
    id: 'err-5xx-schema',
    judge: (evidence) =>
      judgeShape(evidence, 'a 503 of a protected operation', ({ request, response }) => {
        const operation = operationOf(evidence, request);
        return response.status === 503 && operation !== undefined && operation.security.length > 0;
      }),
  },
  {
    id: 'err-content-type',
    judge: (evidence) =>
      judgeEveryAnswer(evidence.exchanges, {
        expected: 'the content type that the contract declares for the error',
        kind: 'an error about tokens',
        applies: isAboutTokens,
        fault: (exchange) => {
          const type =
            headerValues(exchange, 'content-type').join().split(';')[0]?.trim().toLowerCase() ?? '';
          const declared = declaredTypes(evidence, exchange);
          const right =
            declared.length === 0 ? /^application\/(?:.+\+)?json$/.test(type) : declared.includes(type);
          return right ? undefined : type === '' ? 'no Content-Type' : `Content-Type: ${type}`;
        },
      }),
  },
  {
    id: 'err-json-clean',
    judge: ({ exchanges }) => {
      const known = new Map<string, string | undefined>();
      return judgeEveryAnswer(exchanges, {
        expected: 'strict JSON without a byte order mark or duplicate members',
        kind: 'a JSON error',
        applies: (exchange) => exchange.response.status >= 400 && isJson(exchange),
        fault: ({ response: { body } }) => {
          if (!known.has(body)) known.set(body, jsonFault(body));
          return known.get(body);
        },
      });
    },
  },
  {
    id: 'err-status-consistent',
    judge: ({ exchanges }) =>
      judgeEveryAnswer(exchanges, {
        expected: 'a status in the body, if any, that is the status of the answer',
        kind: 'a JSON error',
        applies: (exchange) => exchange.response.status >= 400 && isJson(exchange),
        fault: (exchange) => {
          const body = jsonBody(exchange) as Readonly<Record<string, unknown>> | null | undefined;
          const told = ['status', 'statusCode', 'status_code', 'code']
            .map((name) => body?.[name])
            .find((value) => typeof value === 'number' && value >= 100 && value <= 599) as number | undefined;
          const { status } = exchange.response;
          return told === undefined || told === status
            ? undefined
            : `answered ${status}, the body says ${told}`;
        },
      }),
  },
  {
    id: 'err-message-safe',
    judge: ({ exchanges }) =>
      judgeEveryAnswer(exchanges, {
        expected: 'a message of at most 200 characters, without control characters or markup',
        kind: 'an error with a message',
        applies: (exchange) => exchange.response.status >= 400 && messageOf(exchange) !== undefined,
        fault: (exchange) => {
          const message = messageOf(exchange) ?? '';
          if (message.length > 200) return `a message of ${message.length} characters`;

          if (/[\u0000-\u001f\u007f]/.test(message)) return 'a control character in the message';
          return /<[a-z!/]/i.test(message) ? 'markup in the message' : undefined;
        },
      }),
  },
];

/** The members that the contract's 401 requires, since that is the shape its clients know. */
function judgeShape(
  evidence: Evidence,
  kind: string,
  applies: (exchange: RecordedExchange) => boolean,
): ReturnType<Invariant['judge']> {
  const [schema] = Object.values(evidence.operations.primary.operation.responses['401']?.content ?? {});
  const members = schema === undefined ? [] : requiredMembers(schema.schema);
  if (members.length === 0) return notApplicable('the contract requires no member in the body of a 401');
  return judgeEveryAnswer(evidence.exchanges, {
    expected: `a JSON object with ${members.join(', ')}, like any error of the API`,
    kind,
    applies,
    fault: (exchange) => {
      const body = jsonBody(exchange) as Readonly<Record<string, unknown>> | null | undefined;
      if (typeof body !== 'object' || body === null)
        return `answered ${exchange.response.status} without a JSON object`;
      const missing = members.filter((name) => body[name] === undefined);
      return missing.length === 0
        ? undefined
        : `answered ${exchange.response.status} without ${missing.join(', ')}`;
    },
  });
}

function requiredMembers(schema: JsonSchema): readonly string[] {
  if (typeof schema === 'boolean') return [];
  const own = (schema['required'] ?? []) as readonly string[];
  const parts = (schema['allOf'] ?? []) as readonly JsonSchema[];
  return [...new Set([...own, ...parts.flatMap(requiredMembers)])];
}

function declaredTypes(evidence: Evidence, exchange: RecordedExchange): readonly string[] {
  const operation = operationOf(evidence, exchange.request);
  const response = operation?.responses[String(exchange.response.status)];
  return Object.keys(response?.content ?? {}).map((type) => type.split(';')[0]?.trim().toLowerCase() ?? '');
}

/** What is wrong with a text as JSON (RFC 8259 §4, §8.1). */
function jsonFault(body: string): string | undefined {
  if (body.startsWith('\ufeff')) return 'a byte order mark';
  if (body.includes('\ufffd')) return 'bytes that are not UTF-8';
  try {
    JSON.parse(body);
  } catch {
    return 'the body is not JSON';
  }
  // JSON.parse lets the last of two members win; JSON is YAML, whose parser tells.
  const repeated = parseDocument(body, { uniqueKeys: true }).errors.some(
    ({ code }) => code === 'DUPLICATE_KEY',
  );
  return repeated ? 'a member appears twice' : undefined;
}

/** Names under which APIs explain an error; RFC 9457 §3.1 has `title` and `detail`. */
const MESSAGE_MEMBERS = ['message', 'detail', 'title', 'error_description', 'description', 'text'];

/** The words of an error, at the top of the body or below `error`. */
function messageOf(exchange: RecordedExchange): string | undefined {
  const body = jsonBody(exchange) as Readonly<Record<string, unknown>> | null | undefined;
  const inner = body?.['error'] as Readonly<Record<string, unknown>> | null | undefined;
  const texts = [body, inner]
    .flatMap((object) => MESSAGE_MEMBERS.map((name) => object?.[name]))
    .filter((value) => typeof value === 'string');
  return texts.length === 0 ? undefined : texts.sort((a, b) => b.length - a.length)[0];
}
