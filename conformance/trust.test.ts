import { describe, expect, test } from 'vitest';
import { allChecks, allInvariants } from './checks/index.ts';
import { tokenChecks } from './checks/tokens/index.ts';
import type { Report } from './model.ts';
import { mutantLauncher } from './mutants/launcher.ts';
import { consoleReport } from './reports/index.ts';
import { runSuite, type SuiteOptions } from './run.ts';
import { answerWith, delay, hostileLauncher, type Manners } from './testing/hostile-backend.ts';
import { useIdpAndContract } from './testing/idp-and-contract.ts';
import { exitCode } from './verdict.ts';

const given = useIdpAndContract();

/** A part of the suite, with short deadlines for what does not answer. */
async function judge(manners: Manners, options: Partial<SuiteOptions> = {}): Promise<Judged> {
  const backend = { launcher: hostileLauncher(mutantLauncher(), manners) };
  const deadlines = { startTimeoutMs: 400, requestTimeoutMs: 400 };
  const report = await runSuite({ ...given, backend, checks, ...deadlines, ...options });
  // As people read it: in one line, since the console wraps.
  const said = consoleReport(report, { color: false }).replace(/\s+/g, ' ');
  return { code: exitCode(report.summary), said, report };
}

interface Judged {
  readonly code: number;
  readonly said: string;
  readonly report: Report;
}

const statelessChecks = tokenChecks.filter(({ runs }) => runs === 'beside').slice(0, 80);
/** Enough of them, and one story. */
const checks = [...statelessChecks, ...allChecks.filter(({ id }) => id === 'rot-add-key')];
const refusal = { error: 'Unauthorized', error_code: 'invalid_token', message: 'No' };
const challenge = { 'www-authenticate': 'Bearer realm="x", error="invalid_token"' };

describe('a backend that answers everything alike', () => {
  test('200, with or without a user: it checks no token, and no story is told to it', async () => {
    for (const body of [{ user_id: 'user-123' }, { status: 'ok' }]) {
      const { code, said, report } = await judge({
        answer: ({ response }) => answerWith(response, 200, body),
      });
      expect(code).toBe(1);
      expect(said).toContain('without a token, and with garbage for one: this backend checks no token there');
      expect(report.checks.find(({ id }) => id === 'alg-none')?.outcome).toBe('fail');
      expect(report.checks.find(({ id }) => id === 'rot-add-key')?.outcome).toBe('not-testable');
    }
  });

  test('a page of HTML: the same', async () => {
    const { code, said } = await judge({
      answer: ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
        return true;
      },
    });
    expect(code).toBe(1);
    expect(said).toContain('this backend checks no token there');
  });

  test('401, also to good tokens: it falls short, and the sentence says which variable it must read', async () => {
    const { code, said } = await judge({
      answer: ({ response }) => answerWith(response, 401, refusal, challenge),
    });
    expect(code).toBe(1);
    expect(said).toContain('with a good token of user-123 was answered 401');
  });

  test('404: no verdict, since the contract or the path is that of another API', async () => {
    const { code, said } = await judge({
      answer: ({ response }) => answerWith(response, 404, { detail: 'Not Found' }),
    });
    expect(code).toBe(3);
    expect(said).toContain('the contract or the base path is not that of this backend');
  });
});

describe('a backend that does not answer', () => {
  test('nothing at all: no verdict', async () => {
    const { code, said } = await judge({ seemsWell: false, answer: () => true });
    expect(code).toBe(3);
    expect(said).toContain('the backend was not ready within 0.4 s: GET /ready: no answer within 2 s');
  });

  test('nothing but its health: no verdict, and the sentence names the request', async () => {
    const { code, said } = await judge({ answer: () => true });
    expect(code).toBe(3);
    expect(said).toContain('GET /api/v1/me with a good token: no answer within 0.4 s');
  });

  test('and closes every connection: no verdict', async () => {
    const hangUp: Manners['answer'] = ({ request }) => {
      request.socket.destroy();
      return true;
    };
    const silent = await judge({ seemsWell: false, answer: hangUp });
    expect(silent.code).toBe(3);
    expect(silent.said).toContain('GET /ready: the connection was closed without an answer');
    const well = await judge({ answer: hangUp });
    expect(well.code).toBe(3);
    expect(well.said).toContain('GET /api/v1/me with a good token: the connection was closed');
  });

  test('any more, midway: no verdict, and the sentence says when', async () => {
    const { code, said } = await judge({
      answer: ({ count, die }) => {
        if (count > 200) die();
        return count > 200;
      },
    });
    expect(code).toBe(3);
    expect(said).toMatch(/the backend stopped answering while [a-z0-9-]+ was running: it ended with exit/);
  });
});

describe('a backend that is now so, now so', () => {
  const everyTwentieth =
    (wanted: (status: number) => boolean, replace: (response: Parameters<typeof answerWith>[0]) => true) =>
    (): NonNullable<Manners['spoil']> => {
      let count = 0;
      return (status, response) => wanted(status) && ++count % 20 === 0 && replace(response);
    };

  test.each([
    [
      'one answer of twenty is a 500',
      everyTwentieth(
        () => true,
        (response) =>
          answerWith(response, 500, { error: 'x', error_code: 'internal_error', message: 'Oops' }),
      ),
    ],
    [
      'one good token of twenty is refused',
      everyTwentieth(
        (status) => status === 200,
        (response) => answerWith(response, 401, refusal, challenge),
      ),
    ],
  ])('%s: it never passes, and the sentence says that it does not answer alike twice', async (_, spoil) => {
    const { code, said } = await judge({ answer: () => false, spoil: spoil() }, { checks: statelessChecks });
    // 3 where what was hit are no MUSTs: then nothing is known to fail, and nothing to hold.
    expect([1, 3]).toContain(code);
    expect(said).toContain('the backend does not answer alike twice');
  });

  test('one good token is refused after bad ones, and then no more: that is a failure, called chance', async () => {
    const few = allChecks.filter(({ id }) => ['alg-none', 'positive-after-negative'].includes(id));
    let isDue = false;
    const { code, said, report } = await judge(
      {
        answer: () => false,
        spoil: (status, response) => {
          if (!isDue || status !== 200) return false;
          isDue = false;
          return answerWith(response, 401, refusal, challenge);
        },
      },
      {
        checks: few,
        invariants: [],
        onProgress: (progress) => {
          isDue ||= progress.kind === 'check' && progress.done === few.length;
        },
      },
    );
    const outcomes = report.checks.map(({ id, outcome }) => [id, outcome]);
    expect(outcomes).toEqual([
      ['alg-none', 'pass'],
      ['positive-after-negative', 'fail'],
    ]);
    expect(code).toBe(1);
    expect(said).toContain('a good token was 401 once and passed when it was repeated');
  });
});

test('a backend that takes its time is judged all the same, and its slowness is a warning of its own', async () => {
  const quick = ['jws-control', 'alg-none', 'exp-past', 'aud-missing', 'cross-get'];
  const { code, report } = await judge(
    { answer: delay(60) },
    {
      checks: allChecks.filter(({ id }) => quick.includes(id)),
      invariants: allInvariants.filter(({ id }) => id === 'answer-in-time'),
      settings: { maxResponseMs: 50 },
      ...{ requestTimeoutMs: 5_000, startTimeoutMs: 5_000 },
    },
  );
  expect(code).toBe(0);
  const failed = report.checks.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
  expect(failed).toEqual(['answer-in-time']);
});
