import type { FaultAction } from '../../../mock-idp/index.ts';
import { allOf } from '../../finding.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { labelled } from '../probes.ts';
import { breakKeySet } from './faults.ts';
import { provokeFetch } from './fetches.ts';
import { keyStory, OUTAGE } from './story.ts';
import { type Labelled, otherKid, tokenOf } from './tokens.ts';
import { expectServed, expectVisible } from './visibility.ts';

/** Answers of the key set endpoint, by what a report calls them. */
export type NamedFaults = Readonly<Record<string, FaultAction>>;

/**
 * Judges that tokens of every published key are as good after each of these answers as before. A token of an unknown key
 * makes the backend fetch it, well within the time to live of the set it has.
 */
export function keptThrough(id: string, faults: NamedFaults): Check {
  return keyStory(id, OUTAGE, (lab) => judgeKept(lab, faults));
}

export async function judgeKept(lab: Lab, faults: NamedFaults): Promise<Finding> {
  const tokens = await tokensOfBothKeys(lab);
  const findings: Finding[] = [];
  for (const [name, fault] of Object.entries(faults)) {
    await breakKeySet(lab, fault);
    await provokeFetch(lab);
    for (const token of tokens) findings.push(labelled(await expectServed(lab, token), `after ${name}`));
  }
  return allOf(findings);
}

/** A set that lost one of its keys may well have kept the other. */
async function tokensOfBothKeys(lab: Lab): Promise<readonly Labelled[]> {
  const both = [
    await tokenOf(lab, 'token of the first key'),
    await tokenOf(lab, 'token of the second key', await otherKid(lab)),
  ];
  for (const token of both) await expectVisible(lab, token);
  return both;
}
