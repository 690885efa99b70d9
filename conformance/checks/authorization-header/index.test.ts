import { describe, expect, it } from 'vitest';
import {
  alters,
  finds,
  ownRequest,
  rawAuthorization,
  reads,
  serves,
  when,
  withToken,
} from '../testing/breakages.ts';
import { error, headerOf, type Received } from '../testing/fake-api.ts';
import { type Breakages, findingOn } from '../testing/prove.ts';
import { authorizationHeaderChecks } from './index.ts';

const isMe = ({ path }: Received): boolean => path.startsWith('/api/v1/me');
const isAnonymous = (request: Received): boolean => rawAuthorization(request) === '';
const token = (text: string): string | undefined =>
  /eyJ[\w-]+\.[\w-]+\.[\w-]+/.exec(decodeURIComponent(text))?.[0];
const lineOf = (request: Received, at: number): Received =>
  withToken(
    request,
    headerOf(request, 'authorization')
      .at(at)
      ?.replace(/^Bearer /, '') ?? '',
  );
const isTwice = (request: Received): boolean => headerOf(request, 'authorization').length > 1;

/** A user in a variable: whoever comes without a token is the one before. */
function remembersUser(forget = 0): NonNullable<Breakages[string]['breakage']> {
  return (good) => {
    let before: Received | undefined;
    let count = 0;
    return (request) => {
      count += 1;
      if (isAnonymous(request) && before && count > forget) return good(lineOf(before, 0));
      if (!isAnonymous(request)) before = request;
      return good(request);
    };
  };
}

const breakages: Breakages = {
  'auth-missing': { breakage: serves(isAnonymous, '/api/v1/me') },
  'auth-empty-value': {
    breakage: serves((request) => headerOf(request, 'authorization').includes(''), '/api/v1/me'),
  },
  'auth-basic': {
    breakage: when(
      (request) => rawAuthorization(request).startsWith('Basic'),
      () => error(400, 'missing_token'),
    ),
  },
  'auth-scheme-lower': {
    breakage: when(
      (request) => rawAuthorization(request).startsWith('bearer'),
      () => error(401, 'missing_token'),
    ),
  },
  'auth-scheme-mixed': {
    breakage: when(
      (request) => rawAuthorization(request).startsWith('bEaReR'),
      () => error(401, 'missing_token'),
    ),
  },
  'auth-name-case': {
    breakage: when(
      ({ headers }) => headers.some(([name]) => name === 'aUtHoRiZaTiOn'),
      () => error(401, 'missing_token'),
    ),
  },
  'auth-trailing-ows': {
    breakage: when(
      (request) => /\s$/.test(rawAuthorization(request)),
      () => error(401, 'invalid_token'),
    ),
  },
  'auth-two-spaces': {
    breakage: when(
      (request) => rawAuthorization(request).includes('  '),
      () => error(500, 'internal_error'),
    ),
  },
  'auth-tab-separator': { breakage: reads(/^Bearer\t(.+)$/) },
  'auth-scheme-only': {
    breakage: when(
      (request) => /^Bearer ?$/.test(rawAuthorization(request)),
      () => error(500, 'internal_error'),
    ),
  },
  'auth-glued': { breakage: reads(/^Bearer(eyJ.+)$/) },
  'auth-colon': { breakage: reads(/^Bearer: (.+)$/) },
  'auth-raw-token': { breakage: reads(/^(eyJ.+)$/) },
  'auth-trailing-word': { breakage: reads(/^Bearer (\S+) /) },
  'auth-quoted': { breakage: reads(/^Bearer "(.+)"$/) },
  'auth-param-form': { breakage: reads(/^Bearer access_token=(.+)$/) },
  'auth-comma-list': { breakage: reads(/, Bearer (eyJ.+)$/) },
  'auth-wrong-scheme-valid-jwt': { breakage: reads(/^JWT (.+)$/) },
  'auth-dpop-scheme': { breakage: reads(/^DPoP (.+)$/) },
  'auth-basic-wrapped-jwt': {
    breakage: (good) => (request) => {
      const [, wrapped] = /^Basic (.+)$/.exec(rawAuthorization(request)) ?? [];
      const found = wrapped && token(Buffer.from(wrapped, 'base64').toString());
      return good(found ? withToken(request, found) : request);
    },
  },
  'auth-query-token': {
    breakage: finds(({ path }) => (/[?&]access_token=/.test(path) ? token(path) : undefined)),
  },
  'auth-cookie-token': { breakage: finds((request) => token(headerOf(request, 'cookie').join())) },
  'auth-alt-headers': {
    breakage: finds((request) => token(headerOf(request, 'x-forwarded-authorization').join())),
  },
  'auth-form-token': {
    breakage: finds(({ body }) => (body.startsWith('access_token=') ? token(body) : undefined)),
  },
  'auth-json-body-token': {
    breakage: finds(({ body }) => (body.includes('"access_token"') ? token(body) : undefined)),
  },
  'auth-multi-method': {
    breakage: when(
      ({ path }) => path.includes('access_token='),
      () => error(500, 'internal_error'),
    ),
  },
  'auth-multi-method-two-users': {
    breakage: (good) => (request) => {
      const found = /[?&]jwt=/.test(request.path) ? token(request.path) : undefined;
      return good(found ? withToken(request, found) : request);
    },
  },
  'auth-dup-good-bad': {
    breakage: (good) => (request) => good(isTwice(request) ? lineOf(request, 0) : request),
  },
  'auth-dup-bad-good': {
    breakage: (good) => (request) => good(isTwice(request) ? lineOf(request, -1) : request),
  },
  'auth-dup-two-users': {
    // Whoever the path names is looked for in either line.
    breakage: (good) => (request) => {
      if (!isTwice(request)) return good(request);
      const answers = [good(lineOf(request, 0)), good(lineOf(request, 1))];
      return answers.find(({ status }) => status === 200) ?? error(403, 'forbidden');
    },
  },
  'auth-dup-basic-bearer': {
    breakage: when(isTwice, () => error(500, 'internal_error')),
  },
  'auth-literal-null': {
    breakage: (good, idp) => (request) => {
      if (rawAuthorization(request) === 'Bearer undefined') idp.receive('jwks');
      return good(request);
    },
  },
  'auth-opaque': {
    breakage: when(
      (request) => /^Bearer \w{32}$/.test(rawAuthorization(request)),
      () => error(500, 'internal_error'),
    ),
  },
  'auth-percent-encoded': {
    breakage: (good) => (request) => good(withDecoded(request)),
  },
  'auth-non-ascii': { breakage: reads(/^Bearer (eyJ[\w.-]+)[\u0080-\u00ff]/) },
  'auth-nul-ctl': { breakage: reads(/^Bearer (eyJ[\w.-]+)\0/) },
  'auth-space-before-colon': {
    breakage: (good) => (request) =>
      good({ ...request, headers: request.headers.map(([name, value]) => [name.trim(), value] as const) }),
  },
  'auth-obs-fold': {
    breakage: when(
      (request) => rawAuthorization(request).includes('\r\n'),
      () => error(500, 'internal_error'),
    ),
  },
  'auth-8k-valid': {
    breakage: when(
      (request) => rawAuthorization(request).length > 4096,
      () => error(401, 'invalid_token'),
    ),
  },
  'auth-huge-garbage': {
    breakage: alters(
      (_, request) => rawAuthorization(request).length > 50_000,
      () => ({ durationMs: 1500 }),
    ),
  },
  'auth-many-dots': {
    breakage: alters(
      (_, request) => rawAuthorization(request).includes('...'),
      () => ({ durationMs: 1500 }),
    ),
  },
  'auth-before-body': {
    breakage: when(
      ({ body }) => body.includes('unfinished'),
      () => error(400, 'validation_failed'),
    ),
  },
  'auth-before-content-negotiation': {
    breakage: when(
      (request) => headerOf(request, 'accept').includes('application/x-nothing'),
      () => error(406, 'not_acceptable'),
    ),
  },
  'auth-before-404': {
    breakage: alters(
      ({ status }) => status === 404,
      () => ({ body: '<h1>Not Found</h1>' }),
    ),
  },
  'auth-expect-continue': {
    breakage: when(
      (request) => headerOf(request, 'expect').length > 0,
      () => error(417, 'expectation_failed'),
    ),
  },
  'auth-keepalive-isolation': { breakage: remembersUser() },
  'auth-pipelining-isolation': { breakage: remembersUser() },
  'auth-concurrent-isolation': {
    breakage: (good, idp) => {
      let count = 0;
      return (request) => {
        count += 1;
        return good(
          isMe(request) && count % 49 === 0 ? ownRequest(request, idp, request.path, 'user-456') : request,
        );
      };
    },
  },
  'auth-no-session-created': {
    breakage: alters(
      ({ status }) => status === 200,
      ({ headers }) => ({ headers: { ...headers, 'Set-Cookie': 'session=1; HttpOnly' } }),
    ),
  },
  'auth-chunked-get': {
    breakage: when(
      (request) => headerOf(request, 'transfer-encoding').length > 0,
      () => error(500, 'internal_error'),
    ),
  },
};

function withDecoded(request: Received): Received {
  const headers = request.headers.map(([name, value]) => [name, decodeURIComponent(value)] as const);
  return { ...request, headers };
}

/** Needs a server that speaks HTTP/2; see http2.test.ts. */
const elsewhere = ['auth-h2-parity'];
const checks = authorizationHeaderChecks.filter(({ id }) => !elsewhere.includes(id));

describe.each(checks.map((check) => [check.id, check] as const))('%s', (id, check) => {
  it('passes on a backend that keeps the rules', async () => {
    expect(await findingOn(check)).toMatchObject({ outcome: 'pass' });
  });

  it('fails on a backend with the fault it is for', async () => {
    expect(breakages).toHaveProperty([id]);
    expect(await findingOn(check, breakages[id])).toMatchObject({ outcome: 'fail' });
  });
});

describe('a backend that answers malformed credentials with 400', () => {
  const malformed = (request: Received): boolean => {
    const value = rawAuthorization(request).trim();
    return value !== '' && !/^bearer +[\w.-]+$/i.test(value);
  };
  const strict = when(malformed, () => error(400, 'invalid_request'));

  it.each(['auth-basic', 'auth-quoted', 'auth-scheme-only', 'auth-trailing-word'])(
    'passes %s where it is declared to, and fails where it is not',
    async (id) => {
      const check = checks.find((candidate) => candidate.id === id);
      if (check === undefined) throw new Error(`no check ${id}`);
      const settings = { malformedCredentialsStatus: 400 as const };
      expect(await findingOn(check, { breakage: strict, settings })).toMatchObject({ outcome: 'pass' });
      expect(await findingOn(check, { breakage: strict })).toMatchObject({ outcome: 'fail' });
    },
  );

  it('is not let off a 500 by the setting', async () => {
    const check = checks.find(({ id }) => id === 'auth-quoted');
    const breakage = when(malformed, () => error(500, 'internal_error'));
    const finding =
      check && (await findingOn(check, { breakage, settings: { malformedCredentialsStatus: 400 } }));
    expect(finding).toMatchObject({ outcome: 'fail' });
  });
});
