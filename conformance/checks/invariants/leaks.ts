import type { Invariant } from '../../invariant.ts';
import type { RecordedExchange } from '../../recorder.ts';
import { judgeEveryAnswer } from './every-answer.ts';

const STACKS: readonly RegExp[] = [
  /Traceback \(most recent call last\)/,
  /\bFile "[^"]+", line \d+/,
  /\bat .{1,200}\(.{1,200}:\d+(?::\d+)?\)/,
  /\bat (?:async )?(?:file:\/\/)?\/.{1,200}:\d+:\d+/,
  /\b[\w$-]+\.(?:[cm]?[jt]s|py|rb|go|java|kt|cs|php|rs):\d+/,
  /\bgoroutine \d+ \[/,
  /\bpanic: /,
  /\b[A-Z]\w*(?:Error|Exception): /,
  /\b(?:java|javax|org|com|io)\.\w+\.[\w.]+Exception\b/,
  /\/(?:usr|home|var|opt|srv|root|app|Users|node_modules|site-packages)\/[\w./-]+/,
  /\b[A-Z]:\\\w+\\/,
  /\bSQLSTATE\b|\bsyntax error at or near\b|\bSELECT .{1,200} FROM\b/i,
];

/** Names of JWT libraries, their error classes, and sentences that only they write. */
const LIBRARIES: readonly RegExp[] = [
  /\b(?:jose|jsonwebtoken|express-jwt|fast-jwt|jwks-rsa|passport-jwt)\b/i,
  /\b(?:PyJWT|PyJWK\w*|python-jose|authlib|joserfc|jwcrypto)\b/i,
  /\b(?:nimbus|jjwt|java-jwt|smallrye|jose4j)\b/i,
  /\b(?:golang-jwt|jwt-go|go-jose|lestrrat)\b/i,
  /\b(?:IDX\d{5}|(?:Microsoft|System)\.IdentityModel\b)/,
  /\b(?:JWT::\w+|ruby-jwt|firebase\\?\/?php-jwt|lcobucci)\b/i,
  /\b(?:JsonWebTokenError|TokenExpiredError|NotBeforeError|JWSSignatureVerificationFailed|JWTClaimValidationFailed)\b/,
  /\bERR_(?:JW[A-Z]|JOSE|OSSL)_?\w*/,
  /\bOpenSSL\b/i,
  /\bjwt (?:malformed|expired|audience invalid|issuer invalid|subject invalid|signature is required|not active)\b/,
  /\bUnable to find a signing key that matches\b/,
  /\bNot enough segments\b|\bInvalid (?:header|payload|crypto) (?:padding|string)\b/,
  /\bSignature verification failed\b|\bno applicable key found in the JSON Web Key Set\b/,
];

/** Headers and body, a JSON body also without its escapes. */
function textOf({ response }: RecordedExchange): string {
  const headers = response.headers.map(([name, value]) => `${name}: ${value}`);
  const plain = response.body.replace(/\\(["\\/])/g, '$1').replaceAll('\\n', '\n');
  return [...headers, response.body, plain].join('\n');
}

/** A pattern that an error matches with something the request did not hold itself. */
function firstMatch(exchange: RecordedExchange, patterns: readonly RegExp[]): string | undefined {
  const answer = textOf(exchange);
  const sent = `${exchange.request.path}\n${exchange.request.body ?? ''}`;
  for (const pattern of patterns) {
    const [found] = pattern.exec(answer) ?? [];
    if (found !== undefined && !sent.includes(found)) return found.slice(0, 80);
  }
  return undefined;
}

const isError = ({ response }: RecordedExchange): boolean => response.status >= 400;

export const leakInvariants: readonly Invariant[] = [
  {
    id: 'err-no-stack',
    judge: ({ exchanges }) =>
      judgeEveryAnswer(exchanges, {
        expected: 'no stack trace, path of a file or query in an error',
        kind: 'an error',
        applies: isError,
        fault: (exchange) => {
          const found = firstMatch(exchange, STACKS);
          return found && `the answer holds "${found}"`;
        },
      }),
  },
  {
    id: 'err-no-library-name',
    judge: ({ exchanges }) =>
      judgeEveryAnswer(exchanges, {
        expected: 'no name and no text of a library in an error',
        kind: 'an error',
        applies: isError,
        fault: (exchange) => {
          const found = firstMatch(exchange, LIBRARIES);
          return found && `the answer holds "${found}"`;
        },
      }),
  },
  {
    id: 'err-no-token-echo',
    judge: ({ exchanges, issuer }) =>
      judgeEveryAnswer(exchanges, {
        expected: 'no part of the token and no key id in an answer',
        kind: 'an answer',
        applies: () => true,
        fault: (exchange) => {
          if (exchange.echoed !== undefined)
            return `the answer holds the ${exchange.echoed.join(', ')} that was sent`;
          const names = isError(exchange) && issuer.keys.some(({ kid }) => textOf(exchange).includes(kid));
          return names ? 'the answer holds the id of a key' : undefined;
        },
      }),
  },
];
