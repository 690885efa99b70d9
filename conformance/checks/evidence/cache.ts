import { fail, observedAnswer, pass } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { inParallel } from '../../parallel.ts';
import { fetchesDuring } from '../fetches.ts';
import { isSuccess, sendControl } from '../probes.ts';
import { goodRequest } from './timing.ts';

const REQUESTS = 500;
const AT_ONCE = 50;

/** What the journal of the identity provider shows of the key cache. */
export const cacheChecks: readonly Check[] = [
  {
    id: 'perf-hit-rate',
    runs: 'alone',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const { result, fetches } = await fetchesDuring(lab, () => sendCrowd(lab));
      const refused = result.find((exchange) => !isSuccess(exchange));
      const expected = 'more than 99 in 100 good requests without a fetch of the key set';
      if (refused) return fail(expected, `a good token ${observedAnswer(refused)}`, refused);
      return judgeHitRate(lab, fetches, expected);
    },
  },
];

/** Tokens of their own, so that a cache of verified tokens cannot pass for one of keys. */
async function sendCrowd(lab: Lab): Promise<readonly Exchange[]> {
  const answers: Exchange[] = [];
  await inParallel(Array<undefined>(REQUESTS).fill(undefined), AT_ONCE, async () => {
    answers.push(await lab.target.send(await goodRequest(lab)));
  });
  return answers;
}

function judgeHitRate({ settings: { replicas } }: Lab, fetches: number, expected: string): Finding {
  // Each replica may refresh its own cache once meanwhile.
  const allowed = Math.max(replicas, Math.ceil(REQUESTS / 100) - 1);
  const rate = ((1 - fetches / REQUESTS) * 100).toFixed(1);
  return (fetches <= allowed ? pass : fail)(
    expected,
    `${fetches} fetches in ${REQUESTS} requests, ${rate} % without`,
  );
}
