import { fail, pass } from '../../finding.ts';
import type { Evidence, Invariant } from '../../invariant.ts';
import type { RecordedExchange } from '../../recorder.ts';
import { judgeEveryAnswer } from './every-answer.ts';
import { operationOf } from './operation-of.ts';

const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Whether a 5xx is a right answer: 503 while the key set cannot be had or the service says itself that it is not
 * ready, 501 to a method that no server knows (RFC 9110 §15.6.2), 505 to a request of another HTTP (§15.6.6).
 */
function isRightServerError(evidence: Evidence, exchange: RecordedExchange): boolean {
  const { request, response, own, raw, area } = exchange;
  if (response.status === 501) return raw || !KNOWN_METHODS.has(request.method);
  if (response.status === 505) return raw;
  if (response.status !== 503) return false;
  const operation = operationOf(evidence, request);
  return (
    own || area === 'jwks' || (operation?.security.length === 0 && operation.responses['503'] !== undefined)
  );
}

/** Requests to an issuer that a browser or a person sends to look at it. */
const BY_PEOPLE = new Set(['/', '/favicon.ico']);

export const serviceInvariants: readonly Invariant[] = [
  {
    id: 'never-5xx',
    judge: (evidence) =>
      judgeEveryAnswer(evidence.exchanges, {
        expected: 'no 5xx, whatever was sent',
        kind: 'an answer',
        applies: () => true,
        fault: (exchange) =>
          exchange.response.status < 500 || isRightServerError(evidence, exchange)
            ? undefined
            : `answered ${exchange.response.status}`,
      }),
  },
  {
    id: 'answer-in-time',
    judge: ({ exchanges, settings }) =>
      judgeEveryAnswer(exchanges, {
        expected: `an answer within ${settings.maxResponseMs} ms`,
        kind: 'an answer outside the stories of slow key sets and load',
        applies: ({ own, raw, area }) => !own && !raw && area !== 'jwks' && area !== 'evidence',
        fault: ({ durationMs }) =>
          durationMs > settings.maxResponseMs
            ? `answered after more than ${settings.maxResponseMs} ms`
            : undefined,
      }),
  },
  {
    id: 'perf-zero-other-idp-calls',
    judge: ({ calls }) => {
      const expected = 'no request to the identity provider but for its key set or discovery document';
      const others = calls.filter(
        ({ endpoint, path, method }) =>
          !(method === 'GET' && (endpoint === 'jwks' || endpoint === 'discovery')) && !BY_PEOPLE.has(path),
      );
      const [first] = others;
      if (first === undefined) return pass(expected, `none but these`);
      const observed = `${others.length} other requests, first ${first.method} ${first.path} (${first.endpoint})`;
      return fail(expected, observed);
    },
  },
];
