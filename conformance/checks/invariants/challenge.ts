import { challenges, headerValues } from '../../finding.ts';
import type { Invariant } from '../../invariant.ts';
import type { RecordedExchange } from '../../recorder.ts';
import { judgeEveryAnswer } from './every-answer.ts';
import { noForbidden } from './no-forbidden.ts';

/** %x20-21 / %x23-5B / %x5D-7E (RFC 6750 §3). */
const ERROR_TEXT = /^[ !#-[\]-~]*$/;

const hasChallenge = (exchange: RecordedExchange): boolean =>
  headerValues(exchange, 'www-authenticate').length > 0;

export const challengeInvariants: readonly Invariant[] = [
  {
    id: 'err-challenge-params',
    judge: ({ exchanges }) =>
      judgeEveryAnswer(exchanges, {
        expected: 'at least one auth-param in every Bearer challenge',
        kind: 'a Bearer challenge',
        applies: (exchange) => exchange.response.status === 401 && bearerOf(exchange) !== undefined,
        fault: (exchange) =>
          bearerOf(exchange)?.params.length === 0 ? 'a challenge of "Bearer" and nothing else' : undefined,
      }),
  },
  {
    id: 'err-challenge-grammar',
    judge: ({ exchanges }) =>
      judgeEveryAnswer(exchanges, {
        expected: 'challenges by the grammar of RFC 9110 §11.6.1, each parameter once',
        kind: 'a challenge',
        applies: hasChallenge,
        fault: (exchange) => {
          const parsed = challenges(exchange);
          if (parsed === undefined) return 'WWW-Authenticate does not parse';
          const names = parsed.map(({ params }) => params.map(({ name }) => name));
          const twice = names.flatMap((list) => list.filter((name, at) => list.indexOf(name) !== at));
          return twice.length === 0 ? undefined : `the parameter ${twice.join(', ')} appears twice`;
        },
      }),
  },
  {
    id: 'err-challenge-charset',
    judge: ({ exchanges }) =>
      judgeEveryAnswer(exchanges, {
        expected: 'error and error_description within the character set of RFC 6750 §3',
        kind: 'a challenge',
        applies: hasChallenge,
        fault: (exchange) => {
          const wrong = (challenges(exchange) ?? [])
            .flatMap(({ params }) => params)
            .find(({ name, value }) => /^error(?:_description)?$/.test(name) && !ERROR_TEXT.test(value));
          return wrong && `${wrong.name} holds a character that is not allowed`;
        },
      }),
  },
  {
    id: 'err-challenge-403',
    judge: (evidence) =>
      noForbidden(evidence) ??
      judgeEveryAnswer(evidence.exchanges, {
        expected: 'no challenge in a 403, or one with insufficient_scope',
        kind: 'a 403',
        applies: ({ response }) => response.status === 403,
        fault: (exchange) => {
          if (!hasChallenge(exchange)) return undefined;
          const error = bearerOf(exchange)?.params.find(({ name }) => name === 'error')?.value;
          return error === 'insufficient_scope' ? undefined : `a challenge with ${error ?? 'no error'}`;
        },
      }),
  },
  {
    id: 'err-challenge-single-scheme',
    judge: ({ exchanges }) =>
      judgeEveryAnswer(exchanges, {
        expected: 'no scheme offered but Bearer',
        kind: 'a challenge in a 401',
        applies: (exchange) => exchange.response.status === 401 && hasChallenge(exchange),
        fault: (exchange) => {
          const others = (challenges(exchange) ?? []).filter(({ scheme }) => scheme !== 'bearer');
          return others.length === 0
            ? undefined
            : `a challenge of ${others.map(({ scheme }) => scheme).join(', ')}`;
        },
      }),
  },
];

function bearerOf(
  exchange: RecordedExchange,
): NonNullable<ReturnType<typeof challenges>>[number] | undefined {
  return challenges(exchange)?.find(({ scheme }) => scheme === 'bearer');
}
