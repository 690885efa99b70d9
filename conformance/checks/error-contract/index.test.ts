import { describe, expect, it } from 'vitest';
import { alters, rawAuthorization, serves, when } from '../testing/breakages.ts';
import { type Answer, error, headerOf, ORIGIN, type Received } from '../testing/fake-api.ts';
import { type Breakages, findingOn } from '../testing/prove.ts';
import { errorContractChecks } from './index.ts';

const isAnonymous = (request: Received): boolean => rawAuthorization(request) === '';
const isTasks = ({ path }: Received): boolean => path.includes('/tasks');
const codeOf = ({ body }: Answer): unknown =>
  (body as { readonly error_code?: unknown } | undefined)?.error_code;
const without = ({ headers = {} }: Answer, ...names: readonly string[]): NonNullable<Answer['headers']> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
const allowed = 'Access-Control-Allow-Origin';

const breakages: Breakages = {
  'err-code-stable': {
    breakage: alters(
      (answer, request) => codeOf(answer) === 'invalid_token' && request.method === 'POST',
      () => ({ body: { error: '401', error_code: 'bad_token', message: 'Bad token' } }),
    ),
  },
  'err-code-distinct-403': {
    breakage: alters(
      ({ status }) => status === 403,
      () => ({ body: { error: '403', error_code: 'invalid_token', message: 'Forbidden' } }),
    ),
  },
  'err-code-missing-vs-invalid': {
    breakage: when(isAnonymous, () => error(401, 'invalid_token')),
  },
  'err-code-expired': {
    breakage: alters(
      (answer, request) => codeOf(answer) === 'token_expired' && isTasks(request),
      () => error(401, 'invalid_token'),
    ),
  },
  'err-uniform-reason': {
    breakage: (good, idp) => (request) => {
      const fetched = (): number => Number(idp.receive('probe') ?? 0);
      const answer = good(request);
      const [head = ''] = rawAuthorization(request).slice('Bearer '.length).split('.');
      const unknown = Buffer.from(head, 'base64url').toString().includes('"kid":"unpublished"');
      return unknown && fetched() === 0 ? error(401, 'invalid_token', 'Unknown key') : answer;
    },
  },
  'err-accept-html': {
    breakage: alters(
      ({ status }, request) => status === 401 && headerOf(request, 'accept').join().includes('html'),
      () => ({ body: '<h1>Unauthorized</h1>' }),
    ),
  },
  'err-no-redirect': {
    breakage: when(
      (request) => isAnonymous(request) && headerOf(request, 'sec-fetch-mode').length > 0,
      () => ({ status: 302, headers: { Location: '/login' } }),
    ),
  },
  'err-challenge-no-error-when-anonymous': {
    breakage: alters(
      (answer) => codeOf(answer) === 'missing_token',
      ({ headers }) => ({
        headers: { ...headers, 'WWW-Authenticate': 'Bearer realm="x", error="invalid_token"' },
      }),
    ),
  },
  'err-challenge-invalid-token': {
    breakage: alters(
      (answer) => codeOf(answer) === 'token_expired',
      ({ headers }) => ({ headers: { ...headers, 'WWW-Authenticate': 'Bearer realm="x"' } }),
    ),
  },
  'err-challenge-invalid-request': {
    breakage: when(
      ({ path }) => path.includes('access_token='),
      () => ({
        ...error(400, 'invalid_request'),
        headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
      }),
    ),
  },
  'err-no-expected-signature': {
    breakage: alters(
      (answer, request) =>
        codeOf(answer) === 'invalid_token' && rawAuthorization(request).split('.').length === 3,
      () => {
        const signature = Buffer.from('signed by the active key of the issuer').toString('base64url');
        return { body: { error: '401', error_code: 'invalid_token', message: `expected ${signature}` } };
      },
    ),
  },
  'err-no-crlf-injection': {
    breakage: alters(
      (_, request) => {
        const [head = ''] = rawAuthorization(request).slice('Bearer '.length).split('.');
        return Buffer.from(head, 'base64url').toString().includes('X-Injected');
      },
      ({ headers }) => ({ headers: { ...headers, 'X-Injected': 'yes' } }),
    ),
  },
  'err-cors-on-401': {
    breakage: alters(
      ({ status }) => status === 401,
      (answer) => ({ headers: without(answer, allowed) }),
    ),
  },
  'err-cors-on-503-404': {
    breakage: alters(
      ({ status }) => status === 404,
      (answer) => ({ headers: without(answer, allowed) }),
    ),
  },
  'cors-preflight-authorization': {
    breakage: alters(
      (_, { method }) => method === 'OPTIONS',
      ({ headers }) => ({ headers: { ...headers, 'Access-Control-Allow-Headers': '*' } }),
    ),
  },
  'cors-vary-origin': {
    breakage: alters(
      ({ status }) => status === 401,
      (answer) => ({ headers: without(answer, 'Vary') }),
    ),
  },
  'cors-expose-challenge': {
    breakage: alters(
      () => true,
      (answer) => ({ headers: without(answer, 'Access-Control-Expose-Headers') }),
    ),
  },
  'cors-disallowed-origin': {
    breakage: alters(
      (_, request) => headerOf(request, 'origin')[0]?.startsWith(ORIGIN) ?? false,
      ({ headers }, request) => ({ headers: { ...headers, [allowed]: headerOf(request, 'origin').join() } }),
    ),
  },
  'cors-no-wildcard-credentials': {
    breakage: alters(
      (_, request) => headerOf(request, 'origin').length > 0,
      ({ headers }) => ({
        headers: { ...headers, [allowed]: '*', 'Access-Control-Allow-Credentials': 'true' },
      }),
    ),
  },
  'err-head-no-body': {
    breakage: alters(
      ({ status }, { method }) => method === 'HEAD' && status === 403,
      ({ headers }) => ({ headers: { ...headers, 'X-Body-After-Head': '1' } }),
    ),
  },
  'err-content-length-ok': {
    breakage: alters(
      ({ status }, { body }) => status === 401 && body.length > 1000,
      () => ({ closes: true }),
    ),
  },
  'never-2xx': {
    breakage: serves(
      (request) =>
        isTasks(request) &&
        Buffer.from(rawAuthorization(request).split('.')[2] ?? '', 'base64url').toString() ===
          'forged as alg-ps256',
    ),
  },
  'positive-after-negative': {
    breakage: (good) => {
      let refusals = 0;
      return (request) => {
        const answer = refusals > 10 ? error(401, 'invalid_token', 'Locked out') : good(request);
        if (answer.status === 401) refusals += 1;
        return answer;
      };
    },
  },
  'err-429': {
    breakage: (good) => {
      let count = 0;
      return (request) => {
        count += 1;
        return count > 100 ? error(503, 'busy') : good(request);
      };
    },
  },
  'err-503-retry-after': {
    breakage: alters(
      ({ status }) => status === 503,
      (answer) => ({ headers: without(answer, 'Retry-After') }),
    ),
  },
};

/** What a good backend has no occasion for. */
const occasional = ['err-challenge-invalid-request', 'err-429'];

describe.each(errorContractChecks.map((check) => [check.id, check] as const))('%s', (id, check) => {
  it('does not fail on a backend that keeps the rules', async () => {
    const outcome = occasional.includes(id) ? 'not-applicable' : 'pass';
    expect(await findingOn(check)).toMatchObject({ outcome });
  });

  it('fails on a backend with the fault it is for', async () => {
    expect(breakages).toHaveProperty([id]);
    expect(await findingOn(check, breakages[id])).toMatchObject({ outcome: 'fail' });
  });
});

it('says nothing of CORS where no origin is declared', async () => {
  const cors = errorContractChecks.filter(({ id }) => /^err-cors|^cors-(preflight|vary|expose)/.test(id));
  for (const check of cors) {
    expect(await findingOn(check, { settings: { corsOrigin: undefined } })).toMatchObject({
      outcome: 'not-applicable',
    });
  }
  expect(cors).toHaveLength(5);
});
