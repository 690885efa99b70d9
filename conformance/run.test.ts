import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MockIdp, startMockIdp } from '../mock-idp/index.ts';
import { type Contract, defaultContractPath, loadContract, type Requirement } from '../spec/index.ts';
import { sendControl } from './checks/probes.ts';
import { tokenChecks } from './checks/tokens/index.ts';
import { expectRefused, fail, NotTestable, pass } from './finding.ts';
import { goodToken } from './lab.ts';
import type { Environment, LaunchedBackend, Launcher } from './launch.ts';
import type { Check, Report } from './model.ts';
import { runSuite, type SuiteOptions } from './run.ts';
import { SelectionError } from './selection.ts';
import { exitCode } from './verdict.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, backend: Backend) => unknown;

/** A gate that a real library guards, and the ways to end it. */
interface Backend {
  readonly identify: (request: IncomingMessage) => Promise<string | undefined>;
  readonly die: () => void;
}

const launch =
  (handle: Handler): Launcher =>
  async (environment) =>
    listen(handle, environment);

async function listen(handle: Handler, environment: Environment): Promise<LaunchedBackend> {
  const keys = createRemoteJWKSet(new URL(environment['BETTER_AUTH_JWKS_URL'] ?? ''), {
    cooldownDuration: 0,
  });
  const options = {
    issuer: environment['BETTER_AUTH_URL'] ?? '',
    audience: environment['JWT_AUDIENCE'] ?? '',
    clockTolerance: 5,
    algorithms: ['RS256'],
    requiredClaims: ['exp', 'sub'],
  };
  const backend: Backend = {
    identify: async ({ headers }) => {
      const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
      return token === undefined ? undefined : (await jwtVerify(token, keys, options)).payload.sub;
    },
    die: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  const server = createServer((request, response) => {
    Promise.resolve(handle(request, response, backend)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exitCode: () => (server.listening ? undefined : 1),
    output: () => '',
    [Symbol.asyncDispose]: () => {
      backend.die();
      return Promise.resolve();
    },
  };
}

function answer(response: ServerResponse, status: number, body: unknown, headers = {}): ServerResponse {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  return response.end(JSON.stringify(body));
}

function refuse(response: ServerResponse, code: string): ServerResponse {
  return answer(
    response,
    401,
    { error: 'Unauthorized', error_code: code, message: 'No' },
    {
      'www-authenticate':
        code === 'missing_token' ? 'Bearer realm="t"' : 'Bearer realm="t", error="invalid_token"',
    },
  );
}

const good: Handler = async (request, response, backend) => {
  if (request.url === '/health') return answer(response, 200, { status: 'ok' });
  try {
    const sub = await backend.identify(request);
    if (sub === undefined) return refuse(response, 'missing_token');
    return answer(response, 200, { user_id: sub, email: null, name: null, exp: 1, iss: 'x' });
  } catch (error) {
    return refuse(response, error instanceof errors.JWTExpired ? 'token_expired' : 'invalid_token');
  }
};

const healthy =
  (handle: Handler): Handler =>
  (request, response, backend) =>
    request.url === '/health' || request.url === '/ready'
      ? answer(response, 200, { status: 'ok' })
      : handle(request, response, backend);

let idp: MockIdp;
let contract: Contract;

beforeAll(async () => {
  idp = await startMockIdp();
  contract = await loadContract(defaultContractPath());
});
afterAll(() => idp.close());

const CORE = [
  'jws-control',
  'alg-none',
  'alg-rs384-rs512',
  'kid-unknown',
  'exp-past',
  'aud-missing',
  'iss-wrong',
];
const core = tokenChecks.filter(({ id }) => CORE.includes(id));

function run(options: Partial<SuiteOptions> & Pick<SuiteOptions, 'backend'>): Promise<Report> {
  return runSuite({ contract, idp, checks: core, invariants: [], requestTimeoutMs: 500, ...options });
}

/** So one of the checks has begun. */
function bearsAlgNone({ headers }: IncomingMessage): boolean {
  const header = headers.authorization?.split(/[ .]/)[1] ?? '';
  return Buffer.from(header, 'base64url').includes('"none"');
}

const runLaunched = (handle: Handler, options: Partial<SuiteOptions> = {}): Promise<Report> =>
  run({ backend: { launcher: launch(handle) }, ...options });

/** Against a backend that runs already, wired to the issuer as it should be. */
async function runAt(handle: Handler, options: Partial<SuiteOptions> = {}): Promise<Report> {
  const { issuer, jwksUrl, audience } = idp.issuer();
  await using backend = await listen(handle, {
    BETTER_AUTH_URL: issuer,
    BETTER_AUTH_JWKS_URL: jwksUrl,
    JWT_AUDIENCE: audience,
  });
  return await run({ backend: { url: backend.url }, ...options });
}

const outcomes = ({ checks }: Report) => Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome]));

const requirement = (id: string, level: Requirement['level'] = 'MUST'): readonly [string, Requirement] => [
  id,
  {
    id,
    area: 'claims',
    level,
    title: id,
    sentence: `It ${level}.`,
    references: ['RFC 7519 §4'],
    remedy: 'Mend it.',
  },
];

function ownChecks(...checks: readonly Check[]): Partial<SuiteOptions> {
  return { checks, requirements: new Map(checks.map(({ id }) => requirement(id))) };
}

const passing: Check = { id: 'passing', runs: 'beside', run: () => Promise.resolve(pass('x', 'y')) };

describe('a backend that is as it should be', () => {
  test.each([
    ['started by the suite', runLaunched],
    ['running already', runAt],
  ])('passes, %s', async (_, runOn) => {
    const report = await runOn(good);
    expect(report.summary).toEqual({
      ...{ total: 7, passed: 7, failed: 0, warned: 0, accepted: 0, notTestable: 0, notApplicable: 0 },
      verdict: 'pass',
    });
    expect(exitCode(report.summary)).toBe(0);
  });

  test('tells vital stories first where it runs already, and says of each other what it needs', async () => {
    const told: string[] = [];
    const tell = (id: string, runs: Check['runs'], vital = false): Check => ({
      ...{ id, runs, vital },
      run: () => {
        told.push(id);
        return Promise.resolve(pass('x', 'y'));
      },
    });
    const startless: Check = {
      ...{ id: 'startless', runs: 'own' },
      run: async (lab) => {
        await lab.bench();
        return pass('x', 'y');
      },
    };
    const checks = [tell('a', 'alone'), tell('b', 'own'), tell('c', 'own', true), startless];
    const alone = await runAt(good, ownChecks(...checks));
    expect(told).toEqual(['c', 'a', 'b']);
    expect(exitCode(alone.summary)).toBe(3);
    expect(alone.checks.map(({ needsStart = false }) => needsStart)).toEqual([false, false, false, true]);
    const { summary } = await runAt(good, { ...ownChecks(...checks), partial: true });
    expect(summary).toMatchObject({ verdict: 'pass', partial: true, notTestable: 1 });
    expect((await runLaunched(good, { ...ownChecks(...checks), partial: true })).summary).not.toHaveProperty(
      'partial',
    );
  });

  test('gives the same report twice, but for times and ports', async () => {
    const settled = async () =>
      JSON.stringify(await runLaunched(good, { concurrency: 3 }))
        .replace(/"durationMs":[\d.]+/g, '')
        .replace(/127\.0\.0\.1:\d+/g, '')
        .replace(/"date","[^"]+"/gi, '');
    expect(await settled()).toBe(await settled());
  });
});

describe('a backend that answers everything alike', () => {
  test('401: fails where it was started with our settings, and the sentence says that a good token is refused', async () => {
    const report = await runLaunched(healthy((_, response) => refuse(response, 'invalid_token')));
    expect(report.summary).toMatchObject({ verdict: 'fail', failed: 1, notTestable: 6 });
    expect(report.summary.reason).toMatch(
      /^GET \/api\/v1\/me with a good token of user-123 was answered 401/,
    );
    expect(report.checks.find(({ outcome }) => outcome === 'fail')?.id).toBe('jws-control');
    expect(exitCode(report.summary)).toBe(1);
  });

  test('401: is no verdict where it runs already, since its issuer may be another', async () => {
    const report = await runAt(healthy((_, response) => refuse(response, 'invalid_token')));
    expect(report.summary).toMatchObject({ verdict: 'invalid', passed: 0, failed: 0, notTestable: 7 });
    expect(report.summary.reason).toContain('BETTER_AUTH_JWKS_URL=');
    expect(exitCode(report.summary)).toBe(3);
  });

  test('200: fails every refusal', async () => {
    const body = { user_id: 'user-123', email: null, name: null, exp: 1, iss: 'x' };
    const report = await runLaunched(healthy((_, response) => answer(response, 200, body)));
    // One needs a gate that refuses something.
    expect(report.summary).toMatchObject({ verdict: 'fail', passed: 1, failed: 5, notTestable: 1 });
  });

  test('500: fails', async () => {
    const report = await runLaunched(healthy((_, response) => answer(response, 500, {})));
    expect(report.summary).toMatchObject({ verdict: 'fail', passed: 0 });
    expect(report.summary.reason).toContain('was answered 500');
  });

  test('nothing: is no verdict', async () => {
    const report = await runAt(() => undefined);
    expect(report.summary).toMatchObject({ verdict: 'invalid', notTestable: 7 });
    expect(report.summary.reason).toContain('no answer within 0.5 s');
  });
});

describe('a backend that is not there, or not for long', () => {
  test('is no verdict where nobody listens', async () => {
    const report = await run({ backend: { url: 'http://127.0.0.1:1' } });
    expect(report.summary).toMatchObject({ verdict: 'invalid' });
    expect(report.summary.reason).toMatch(/no connection.*ECONNREFUSED/);
  });

  test('is no verdict where it never becomes ready', async () => {
    const report = await runLaunched((_, response) => answer(response, 503, {}), { startTimeoutMs: 200 });
    expect(report.summary).toMatchObject({ verdict: 'invalid' });
    expect(report.summary.reason).toContain('not ready within 0.2 s');
  });

  test('is no verdict where it dies midway, and the sentence says when', async () => {
    const report = await runLaunched((request, response, backend) => {
      if (!bearsAlgNone(request)) return good(request, response, backend);
      backend.die();
      return undefined;
    });
    expect(report.summary).toMatchObject({ verdict: 'invalid' });
    expect(report.summary.reason).toMatch(/^the backend stopped answering while [a-z0-9-]+ was running/);
    expect(exitCode(report.summary)).toBe(3);
  });

  test('fails a check whose request it never answers, while it lives', async () => {
    const report = await runLaunched((request, response, backend) => {
      return bearsAlgNone(request) ? undefined : good(request, response, backend);
    });
    expect(outcomes(report)).toMatchObject({
      'alg-none': 'fail',
      'jws-control': 'pass',
      'aud-missing': 'pass',
    });
    expect(report.checks.find(({ id }) => id === 'alg-none')?.observed).toContain('no answer within');
  });
});

describe('a backend that a bad token locks', () => {
  const locking = (): Handler => {
    let locked = false;
    return (request, response, backend) => {
      locked ||= request.headers.authorization?.endsWith('.') ?? false;
      return locked && request.url !== '/health'
        ? refuse(response, 'invalid_token')
        : good(request, response, backend);
    };
  };
  const bad: Check = {
    id: 'bad',
    runs: 'beside',
    run: async (lab) => {
      const [forged] = await lab.idp.forge('alg-none');
      return expectRefused(
        await lab.target.send(lab.request(lab.operations.primary, { token: forged?.token ?? '' })),
      );
    },
  };

  test('is charged with it when the checks ran side by side', async () => {
    const persistence: Check = { ...passing, id: 'positive-after-negative' };
    const report = await runLaunched(locking(), {
      ...ownChecks(persistence, bad),
      settings: { rotationVisible: -5 },
    });
    expect(outcomes(report)).toEqual({ bad: 'pass', 'positive-after-negative': 'fail' });
    expect(report.checks[1]?.observed).toContain('a good token is refused after');
  });

  test('is charged with it in the check that ran alone', async () => {
    const report = await runAt(locking(), {
      ...ownChecks({ ...bad, runs: 'alone' }, { ...passing, runs: 'alone' }),
      settings: { rotationVisible: -5 },
    });
    expect(outcomes(report)).toEqual({ bad: 'fail', passing: 'not-testable' });
    expect(report.summary.verdict).toBe('fail');
  });
});

describe('a check', () => {
  test('that fails by itself makes the run no verdict and names itself', async () => {
    const broken: Check = {
      ...passing,
      id: 'broken',
      run: () => Promise.reject(new TypeError('x is undefined')),
    };
    const report = await runLaunched(good, ownChecks(broken, passing));
    expect(outcomes(report)).toEqual({ broken: 'not-testable', passing: 'pass' });
    expect(report.summary).toMatchObject({ verdict: 'invalid' });
    expect(report.summary.reason).toContain('the check broken failed by itself: x is undefined');
  });

  test('that never ends is a fault of the suite', async () => {
    const endless: Check = { ...passing, run: () => new Promise(() => undefined) };
    const report = await runLaunched(good, { ...ownChecks(endless), checkTimeoutMs: 50 });
    expect(report.summary.reason).toContain('did not end within 0.05 s');
  });

  test('that never ends since the backend is slow is not testable, and says so', async () => {
    const patient: Check = {
      ...passing,
      run: async (lab) => {
        for (;;) await sendControl(lab, lab.operations.primary);
      },
    };
    const slow: Handler = async (...call) => {
      await pause(40);
      return good(...call);
    };
    const report = await runLaunched(slow, { ...ownChecks(patient), checkTimeoutMs: 300 });
    expect(report.summary.reason).toMatch(
      /passing: it did not end within 0.3 s, most of which the backend took/,
    );
  });

  test('that cannot be tested is not green', async () => {
    const untestable: Check = { ...passing, run: () => Promise.reject(new NotTestable('no clock')) };
    const report = await runLaunched(good, ownChecks(untestable));
    expect(report.summary).toMatchObject({ verdict: 'invalid', notTestable: 1 });
    expect(report.summary.reason).toContain('first passing: no clock');
  });

  test('whose own backend ends while it starts gets another, once', async () => {
    for (const [ends, outcome] of [
      [1, 'pass'],
      [2, 'fail'],
    ] as const) {
      let starts = 0;
      const launcher: Launcher = async (environment) => {
        const backend = await listen(good, environment);
        starts += 1;
        return starts > 1 && starts <= 1 + ends ? { ...backend, exitCode: () => 1 } : backend;
      };
      const own: Check = {
        id: 'own',
        runs: 'own',
        run: async (lab) => {
          await lab.bench();
          return pass('x', 'y');
        },
      };
      const report = await run({ backend: { launcher }, ...ownChecks(own) });
      expect(outcomes(report)).toEqual({ own: outcome });
    }
  });

  test('that needs a backend of its own gets one with an issuer of its own', async () => {
    const own: Check = {
      id: 'own',
      runs: 'own',
      run: async (lab) => {
        await using bench = await lab.bench({ cacheTtl: 2 });
        const token = await goodToken(bench.idp, lab.users.owner);
        const exchange = await bench.target.send(lab.request(lab.operations.primary, { token }));
        return pass(
          'x',
          `${exchange.response.status} ${bench.cacheTtl} ${new URL(bench.idp.issuer).pathname}`,
        );
      },
    };
    const report = await runLaunched(good, ownChecks(own));
    expect(report.checks[0]).toMatchObject({ outcome: 'pass', observed: '200 2 /bench-own' });
    const running = await runAt(good, ownChecks(own));
    expect(running.checks[0]).toMatchObject({ outcome: 'not-testable' });
    expect(running.summary).toMatchObject({ verdict: 'invalid' });
    expect(running.summary.reason).toContain('--start');
  });

  test('sees what its own backend wrote, but no token of it', async () => {
    const token = `eyJhbGciOiJSUzI1NiJ9.${'p'.repeat(20)}.${'s'.repeat(20)}`;
    const launcher: Launcher = async (environment) => ({
      ...(await listen(good, environment)),
      output: () => `saw ${token}`,
    });
    const reading: Check = {
      id: 'reading',
      runs: 'own',
      run: async (lab) => {
        await using bench = await lab.bench();
        return pass('x', bench.output());
      },
    };
    const report = await run({ backend: { launcher }, ...ownChecks(reading) });
    expect(report.checks[0]?.observed).toBe('saw [a token]');
  });

  test('without a requirement, or twice, is refused before anything runs', async () => {
    await expect(runLaunched(good, { checks: [passing], requirements: new Map() })).rejects.toThrow(
      'the check passing has no requirement',
    );
    await expect(runLaunched(good, ownChecks(passing, passing))).rejects.toThrow(
      'two checks have the id passing',
    );
  });
});

describe('a selection', () => {
  test.each([
    [{ only: ['alg-none'] }, ['alg-none']],
    [{ areas: ['claims'], skip: ['exp-past'] }, ['aud-missing', 'iss-wrong']],
  ])('of %j runs these and no others', async (select, ids) => {
    const report = await runLaunched(good, { select });
    expect(Object.keys(outcomes(report))).toEqual(ids);
  });

  test.each([
    [{ only: ['alg-nun'] }, 'unknown check "alg-nun"; did you mean alg-none'],
    [{ areas: ['claim'] }, 'unknown area "claim"; did you mean claims'],
    [{ level: 'must not' }, 'unknown level'],
    [{ only: ['alg-none'], skip: ['alg-none'] }, 'leaves no check'],
  ])('of %j is refused with the nearest name', async (select, message) => {
    const refused = runLaunched(good, { select });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(SelectionError);
  });
});

test('no token is in the report of a backend that repeats what it gets', async () => {
  const report = await runLaunched(
    healthy((request, response) =>
      answer(response, 401, { seen: request.headers.authorization, url: request.url }),
    ),
  );
  expect(JSON.stringify(report)).not.toMatch(/eyJ[\w-]{8}/);
});

test('a run that takes too long ends with a sentence, without what it did not reach, and keeps what failed', async () => {
  const endless: Check = { id: 'endless', runs: 'own', run: () => new Promise(() => undefined) };
  const failing: Check = { ...passing, id: 'failing', run: () => Promise.resolve(fail('x', 'z')) };
  for (const [check, code] of [
    [passing, 3],
    [failing, 1],
  ] as const) {
    const report = await runLaunched(good, { ...ownChecks(check, endless), runTimeoutMs: 3_000 });
    expect(report.summary.reason).toContain('the run did not end within 0.05 minutes');
    expect(outcomes(report)).toMatchObject({ endless: 'not-testable' });
    expect(exitCode(report.summary)).toBe(code);
  }
});

describe('a signal', () => {
  /** Backends that are counted from their start to their end. */
  function counting() {
    const running = new Set<string>();
    const launcher: Launcher = async (environment) => {
      const backend = await listen(good, environment);
      running.add(backend.url);
      return {
        ...backend,
        [Symbol.asyncDispose]: async () => {
          running.delete(backend.url);
          await backend[Symbol.asyncDispose]();
        },
      };
    };
    return { running, launcher };
  }

  test('ends a run at once, in the middle of a check, and leaves no backend behind', async () => {
    const { running, launcher } = counting();
    const controller = new AbortController();
    const endless: Check = {
      id: 'endless',
      runs: 'own',
      run: async (lab) => {
        await lab.bench();
        expect(running.size).toBe(2);
        controller.abort(new Error('enough'));
        return new Promise(() => undefined);
      },
    };
    const { signal } = controller;
    await expect(run({ backend: { launcher }, signal, ...ownChecks(endless) })).rejects.toThrow('enough');
    expect([...running]).toEqual([]);
  });

  test('ends the wait for a backend that does not become ready', async () => {
    const controller = new AbortController();
    const asked = runLaunched(
      (_, response) => {
        controller.abort(new Error('enough'));
        return answer(response, 503, {});
      },
      { signal: controller.signal },
    );
    await expect(asked).rejects.toThrow('enough');
  });

  test('given before the start is heeded', async () => {
    const { running, launcher } = counting();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(run({ backend: { launcher }, signal })).rejects.toThrow('enough');
    expect([...running]).toEqual([]);
  });
});
