import type { Mutant } from './mutant.ts';

/** What a refusal looks like. */
export const errors = {
  'framework-body': { bug: "the framework's own error body", killer: 'err-401-schema' },
  'html-errors': { bug: 'errors are HTML pages', killer: 'err-content-type' },
  'stack-leak': { bug: 'the stack trace is sent', killer: 'err-no-stack' },
  'token-echo': { bug: 'the token is repeated in the message', killer: 'err-no-token-echo' },
  'no-challenge': { bug: '401 without WWW-Authenticate', killer: 'err-www-authenticate' },
  'no-challenge-when-anonymous': {
    bug: 'one branch of 401 forgets WWW-Authenticate',
    killer: 'err-www-authenticate',
  },
  'bare-challenge': { bug: 'a challenge without parameters', killer: 'err-challenge-params' },
  'challenge-wrong-scheme': { bug: 'the challenge asks for Basic', killer: 'err-challenge-single-scheme' },
  'anonymous-error': {
    bug: '`error="invalid_token"` although none was sent',
    killer: 'err-challenge-no-error-when-anonymous',
  },
  'cacheable-401': { bug: '401 with max-age', killer: 'err-cache-control' },
  '403-for-401': { bug: 'no good token is answered 403', killer: 'auth-missing' },
  '400-for-401': { bug: 'no good token is answered 400', killer: 'auth-missing' },
  'redirect-to-login': { bug: 'no good token is sent to a login page', killer: 'err-no-redirect' },
  'no-retry-after': { bug: '503 without Retry-After', killer: 'err-503-retry-after' },
  'jwks-detail': { bug: 'the upstream error is sent on', killer: 'err-no-jwks-detail' },
  'code-drift': { bug: 'each route has its own error codes', killer: 'err-code-stable' },
  'allow-missing': { bug: '405 without Allow', killer: 'method-405-allow' },
  'head-body': { bug: 'an error to HEAD has a body', killer: 'err-head-no-body' },
  'cors-missing': { bug: 'no CORS at all', killer: 'err-cors-on-401' },
  'cors-success-only': { bug: 'CORS headers on 2xx only', killer: 'err-cors-on-401' },
  'cors-no-vary': { bug: 'an answer per origin without Vary', killer: 'cors-vary-origin' },
  'cors-reflect': { bug: 'every origin is allowed', killer: 'cors-disallowed-origin' },
  'cors-star-headers': { bug: '`*` is taken to cover Authorization', killer: 'cors-preflight-authorization' },
} as const satisfies Readonly<Record<string, Mutant>>;
