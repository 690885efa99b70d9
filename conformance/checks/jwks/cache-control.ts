import { fail, NotTestable, pass } from '../../finding.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { sendControl } from '../probes.ts';
import { keySetText } from './encodings.ts';
import { breakKeySet, respond } from './faults.ts';
import { watchFetches } from './fetches.ts';
import { AGING, keyStory, retry } from './story.ts';

const REQUESTS = 30;

/** Seconds beyond the time to live that a fetch may take, on a busy machine. */
const GRACE = 2;

/** How long the key set counts is for the API's own setting to say; what the issuer says of caching changes nothing. */
export const cacheControlChecks: readonly Check[] = [
  keyStory('doc-cache-control', AGING, judgeNoStore),
  keyStory('doc-cache-max-age', AGING, judgeMaxAge),
];

async function judgeNoStore(lab: Lab): Promise<Finding> {
  await fetchUnder(lab, 'no-store');
  const started = Date.now();
  const fetched = await watchFetches(lab);
  for (let at = 0; at < REQUESTS; at += 1) await sendControl(lab, lab.operations.primary);
  const { length } = await fetched();
  // Its time to live may end meanwhile, once or more often on a slow machine.
  const allowed = lab.settings.replicas * (1 + Math.ceil((Date.now() - started) / (ttlOf(lab) * 500)));
  const expected = 'no fetch per request after Cache-Control: no-store';
  return length <= allowed
    ? pass(expected, `so it was in ${REQUESTS} requests`)
    : fail(expected, `${length} fetches in ${REQUESTS} requests`);
}

async function judgeMaxAge(lab: Lab): Promise<Finding> {
  await fetchUnder(lab, 'public, max-age=86400');
  const again = await nextFetch(lab);
  const expected = `fetched anew within ${ttlOf(lab)} + ${GRACE} s after Cache-Control: max-age=86400`;
  return again ? pass(expected, 'so it was') : fail(expected, 'not fetched in that time');
}

/** Waits until the backend has fetched the key set with this header. @throws NotTestable where it does not */
async function fetchUnder(lab: Lab, directive: string): Promise<void> {
  const keys = (await lab.idp.keys()).map(({ publicJwk }) => publicJwk);
  await breakKeySet(lab, respond(200, keySetText(keys), { 'cache-control': directive }));
  if (await nextFetch(lab)) return;
  throw new NotTestable(`the backend did not fetch the key set within ${ttlOf(lab)} + ${GRACE} s`);
}

/** Whether the key set is fetched within its time to live, while good tokens are sent. */
async function nextFetch(lab: Lab): Promise<boolean> {
  const fetched = await watchFetches(lab);
  const { result } = await retry(
    ttlOf(lab) + GRACE,
    async () => {
      await sendControl(lab, lab.operations.primary);
      return fetched();
    },
    ({ length }) => length > 0,
  );
  return result.length > 0;
}

function ttlOf({ cacheTtl = 1 }: Lab): number {
  return cacheTtl;
}
