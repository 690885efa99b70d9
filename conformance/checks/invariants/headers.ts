import { challenges, headerValues } from '../../finding.ts';
import type { Invariant } from '../../invariant.ts';
import { judgeEveryAnswer } from './every-answer.ts';

export const headerInvariants: readonly Invariant[] = [
  {
    id: 'err-www-authenticate',
    judge: ({ exchanges }) =>
      judgeEveryAnswer(exchanges, {
        expected: 'a Bearer challenge in every 401',
        kind: 'a 401',
        applies: ({ response }) => response.status === 401,
        fault: (exchange) => {
          const lines = headerValues(exchange, 'www-authenticate');
          if (lines.length === 0) return 'no WWW-Authenticate';
          // A challenge that breaks the grammar is the affair of err-challenge-grammar.
          const schemes = challenges(exchange)?.map(({ scheme }) => scheme);
          const bearer =
            schemes?.includes('bearer') ?? lines.some((line) => /(?:^|[, ])bearer\b/i.test(line));
          return bearer ? undefined : `the challenge is of ${schemes?.join(', ') ?? 'no scheme'}`;
        },
      }),
  },
  {
    id: 'err-cache-control',
    judge: ({ exchanges }) =>
      judgeEveryAnswer(exchanges, {
        expected: 'Cache-Control: no-store on 401, 403 and 503',
        kind: 'a 401, 403 or 503',
        applies: ({ response }) => [401, 403, 503].includes(response.status),
        fault: (exchange) => {
          const value = headerValues(exchange, 'cache-control').join(', ').toLowerCase();
          const directives = value.split(',').map((directive) => directive.trim());
          const kept = directives.includes('private') && directives.includes('no-cache');
          if (directives.includes('no-store') || kept) return undefined;
          return value === '' ? 'no Cache-Control' : `Cache-Control: ${value}`;
        },
      }),
  },
];
