import { allOf, expectRefused, NotTestable } from '../../finding.ts';
import type { BenchOptions, Check, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { labOn } from '../lab-on.ts';
import { isSuccess, labelled, sendAs, sendControl } from '../probes.ts';
import { type PublishedKey, publishedAs, rsaPair } from './odd-key.ts';
import { onStoryBench, retry, STEADY } from './story.ts';
import { ask } from './tokens.ts';

/** What a token of a published key must come to. `either`: accepted as the owner's or refused, but never a 5xx. */
export type Fate = 'accepted' | 'refused' | 'either';

/** How long a backend is waited for that may fetch at once, beyond its cool-down. In seconds. */
const PATIENCE = 3;

/** A check that publishes keys beside the ring and judges a token of each, and that good tokens pass as before. */
export function publishedKeyCheck(
  id: string,
  fate: Fate,
  make: () => Promise<readonly PublishedKey[]>,
  options: { readonly first?: boolean } = {},
): Check {
  return publishedKeyStory(id, make, (lab, keys) => judgeTokens(lab, keys, fate), options);
}

/** A check on a backend that has these entries of the key set in its cache. */
export function publishedKeyStory<Key extends { readonly entry: unknown }>(
  id: string,
  make: () => Promise<readonly Key[]>,
  tell: (lab: Lab, keys: readonly Key[]) => Promise<Finding>,
  { first = false }: { readonly first?: boolean } = {},
): Check {
  return {
    id,
    runs: 'own',
    run: async (lab) => {
      const keys = await make();
      const entries = keys.map(({ entry }) => entry);
      // A backend that runs learns of them by a token of an unknown key, sooner than another could start.
      const told = await onStoryBench(lab, STEADY, async (own) =>
        (await takesOver(own, entries, first)) ? tell(own, keys) : undefined,
      );
      if (told?.outcome === 'pass') return told;
      const prepare = async (idp: Lab['idp']): Promise<void> => {
        await idp.changeKeys({ story: 'decoys', keys: entries, first });
      };
      try {
        // What an earlier story has left behind there must not count.
        return await onFreshBench(lab, prepare, (own) => tell(own, keys));
      } catch (error) {
        if (told === undefined || !(error instanceof NotTestable)) throw error;
        return told;
      }
    },
  };
}

/** Where the odd key is there from the start, a good token that is refused is its victim, and not a failed control. */
async function onFreshBench(
  lab: Lab,
  prepare: NonNullable<BenchOptions['prepare']>,
  tell: (lab: Lab) => Promise<Finding>,
): Promise<Finding> {
  const bench = await lab.bench({ prepare });
  try {
    const own = labOn(lab, bench);
    const { primary } = own.operations;
    const good = acceptedAs(own, await sendAs(own, primary, own.users.owner), own.users.owner);
    if (good.outcome !== 'pass') {
      return labelled(good, 'good token of another key, with the odd key published since before the start');
    }
    return await tell(own);
  } finally {
    await bench[Symbol.asyncDispose]();
  }
}

/** Judges a token of each key, and a good token after them. */
export async function judgeTokens(lab: Lab, keys: readonly PublishedKey[], fate: Fate): Promise<Finding> {
  const findings: Finding[] = [];
  for (const key of keys) {
    const label = key.label === '' ? 'token of the odd key' : `token of the odd key (${key.label})`;
    findings.push(labelled(await judgeToken(lab, { label, token: await key.token(lab) }, fate), key.label));
  }
  const good = acceptedAs(lab, await sendControl(lab, lab.operations.primary), lab.users.owner);
  return allOf([...findings, good]);
}

async function judgeToken(lab: Lab, token: Parameters<typeof ask>[1], fate: Fate): Promise<Finding> {
  const exchange = await ask(lab, token);
  if (fate === 'accepted' || (fate === 'either' && isSuccess(exchange))) {
    return acceptedAs(lab, exchange, lab.users.owner);
  }
  return expectRefused(exchange, { codes: ['invalid_token'] });
}

/**
 * Publishes the entries and a well-formed key. Once a token of that one is accepted, the backend has the whole set, and
 * whatever it refuses it does not refuse for want of a fetch.
 */
async function takesOver(lab: Lab, entries: readonly unknown[], first: boolean): Promise<boolean> {
  const witness = publishedAs(await rsaPair());
  await lab.idp.changeKeys({ story: 'decoys', keys: [...entries, witness.entry], first });
  const token = { label: 'token of a well-formed key beside them', token: await witness.token(lab) };
  const { rotationVisible } = lab.settings;
  const seconds = Math.min(rotationVisible, lab.cooldown ?? rotationVisible) + PATIENCE;
  const { result } = await retry(seconds, () => ask(lab, token), isSuccess);
  return isSuccess(result);
}
