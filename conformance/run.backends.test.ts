import { describe, expect, test } from 'vitest';
import { expectRefused } from './finding.ts';
import type { Check } from './model.ts';
import { answer, bearsAlgNone, good, type Handler, healthy, refuse } from './testing/jose-backend.ts';
import { outcomes, ownChecks, passing, useSuite } from './testing/suite.ts';
import { exitCode } from './verdict.ts';

const { run, runAt, runLaunched } = useSuite();

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
