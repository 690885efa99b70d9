import { fail, NotTestable, notApplicable, observedAnswer, pass } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { inParallel } from '../../parallel.ts';
import { bestOf } from '../best-of.ts';
import { labOn } from '../lab-on.ts';
import { isSuccess, sendControl } from '../probes.ts';
import { goodRequest, inMs, judgeMeasured, percentile, sendOften } from './timing.ts';

const SAMPLES = 100;
/** Below this, differences are those of the machine. */
const NOISE_MS = 5;

/** The larger token stays below the header limit of common servers, so that it reaches the guard. */
const FEW_DOTS = 1_000;
const FACTOR = 8;

/** What the clock shows, between requests to one backend on one machine; never against a clock elsewhere. */
export const latencyChecks: readonly Check[] = [
  {
    id: 'perf-auth-overhead',
    runs: 'alone',
    run: async (lab) => {
      const open = lab.contract.operations.find(
        ({ method, path, security }) =>
          method === 'GET' && security.length === 0 && /health|alive|ping/i.test(path),
      );
      if (open === undefined)
        return notApplicable('the contract has no open health operation to compare with');
      await sendControl(lab, lab.operations.primary);
      const good = await goodRequest(lab);
      const base = good.path.slice(0, good.path.length - lab.operations.primary.operation.path.length);
      const bare = { ...lab.request(lab.operations.primary, {}), path: base + open.path };
      await sendOften(lab, good, 20);
      return bestOf(async () => {
        const guarded = percentile(await sendOften(lab, good, SAMPLES), 95);
        const unguarded = percentile(await sendOften(lab, bare, SAMPLES), 95);
        const { authOverheadMs } = lab.settings;
        return judgeMeasured(
          guarded - unguarded <= authOverheadMs,
          `at most ${authOverheadMs} ms more than ${open.path} at p95`,
          `${inMs(guarded)} against ${inMs(unguarded)}`,
        );
      });
    },
  },
  {
    id: 'perf-no-fetch-latency-correlation',
    runs: 'alone',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const good = await goodRequest(lab);
      const before = percentile(await sendOften(lab, good, SAMPLES), 95);
      const delay = { kind: 'delay', ms: 2 * lab.settings.maxResponseMs } as const;
      await lab.idp.fault({ endpoint: 'jwks', actions: [delay] });
      await lab.idp.fault({ endpoint: 'discovery', actions: [delay] });
      try {
        return await bestOf(async () => {
          const answers = await sendOften(lab, good, SAMPLES);
          return judgeUnhindered(lab, answers, before, 'with a slow identity provider');
        });
      } finally {
        await lab.idp.clearFaults();
      }
    },
  },
  { id: 'perf-slow-jwks-no-hol', runs: 'own', run: (lab) => bestOf(() => measureWhileHanging(lab)) },
  {
    id: 'perf-reject-cheap',
    runs: 'alone',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const good = await goodRequest(lab);
      const bad = lab.request(primary, { token: 'not.a.token', label: 'malformed' });
      await sendOften(lab, good, 20);
      return bestOf(async () => {
        const served = percentile(await sendOften(lab, good, SAMPLES), 95);
        const refused = percentile(await sendOften(lab, bad, SAMPLES), 95);
        return judgeMeasured(
          refused <= served + NOISE_MS,
          'refused no slower than served, at p95',
          `${inMs(refused)} against ${inMs(served)}`,
        );
      });
    },
  },
  {
    id: 'perf-invalid-storm',
    runs: 'alone',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const good = await goodRequest(lab);
      const bad = lab.request(primary, { token: `${'a'.repeat(40)}.b.c`, label: 'malformed' });
      const answers: Exchange[] = [];
      await inParallel([...Array(1_000).keys()], 40, async (at) => {
        const exchange = await lab.target.send(at % 5 === 0 ? good : bad);
        if (at % 5 === 0) answers.push(exchange);
      });
      const lost = answers.filter((exchange) => !isSuccess(exchange));
      const [first] = lost;
      const expected = 'every good request served';
      if (first === undefined) return pass(expected, `all of ${answers.length} served`, answers[0]);
      return fail(
        expected,
        `${lost.length} of ${answers.length} not served; one ${observedAnswer(first)}`,
        first,
      );
    },
  },
  {
    id: 'perf-dots-size',
    runs: 'alone',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const medianOf = async (dots: number): Promise<number> => {
        const request = lab.request(primary, { token: '.'.repeat(dots), label: `${dots} dots` });
        return percentile(await sendOften(lab, request, 20), 50);
      };
      return bestOf(async () => {
        const [few, many] = [await medianOf(FEW_DOTS), await medianOf(FEW_DOTS * FACTOR)];
        return judgeMeasured(
          many <= few * FACTOR + NOISE_MS,
          `${FACTOR} times the dots cost at most ${FACTOR} times as much`,
          `${FEW_DOTS} dots ${inMs(few)}, ${FEW_DOTS * FACTOR} dots ${inMs(many)}`,
        );
      });
    },
  },
];

/** Good requests while a fetch hangs, on a fresh backend, since one that hung before may be slow to try again. */
async function measureWhileHanging(lab: Lab): Promise<Finding> {
  const bench = await lab.bench();
  try {
    const own = labOn(lab, bench);
    const { owner } = own.users;
    await sendControl(own, own.operations.primary);
    const good = await goodRequest(own);
    const before = percentile(await sendOften(own, good, SAMPLES), 95);
    await own.idp.fault({ endpoint: 'jwks', actions: [{ kind: 'hang' }] });
    const unknown = await own.idp.mint({ claims: { ...owner.claims, sub: owner.sub }, key: 'unpublished' });
    const seen = (await own.idp.journal({ endpoint: 'jwks' })).at(-1)?.seq ?? 0;
    // Its answer is the affair of the outage checks; only what happens meanwhile is judged.
    own.target
      .send(own.request(own.operations.primary, { token: unknown.token, label: 'unknown key' }))
      .catch(() => undefined);
    await fetchHangs(own, seen);
    return judgeUnhindered(own, await sendOften(own, good, SAMPLES), before, 'while a fetch hangs');
  } finally {
    await bench[Symbol.asyncDispose]();
  }
}

/** Judges that good answers are good and took about as long as before. */
function judgeUnhindered(lab: Lab, answers: readonly Exchange[], before: number, when: string): Finding {
  const expected = 'good requests served as fast as before';
  const refused = answers.find((exchange) => !isSuccess(exchange));
  if (refused) return fail(expected, `${when}, a good token ${observedAnswer(refused)}`, refused);
  const now = percentile(answers, 95);
  // A hidden wait is one of the whole delay; anything less is noise of a busy machine.
  const bound = Math.max(before * 4, before + lab.settings.maxResponseMs / 4);
  const slowest = Math.max(...answers.map(({ durationMs }) => durationMs));
  return judgeMeasured(
    now <= bound && slowest <= lab.settings.maxResponseMs,
    expected,
    `p95 ${inMs(now)} ${when}, ${inMs(before)} before; slowest ${inMs(slowest)}`,
    answers[0],
  );
}

/** Resolves once the backend has asked for the key set; one that answers an unknown key without a fetch never waits. */
async function fetchHangs({ idp, settings }: Lab, after: number): Promise<void> {
  try {
    await idp.waitFor({ endpoint: 'jwks', after, count: 1, timeoutMs: settings.maxResponseMs });
  } catch {
    throw new NotTestable('the token of an unknown key caused no fetch that could hang');
  }
}
