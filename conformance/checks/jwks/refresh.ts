import type { FaultAction, IssuerControl } from '../../../mock-idp/index.ts';
import { allOf, expectRefused, notApplicable } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, labelled, sendAs } from '../probes.ts';
import { breakKeySet } from './faults.ts';
import { provokeFetch } from './fetches.ts';
import { type PublishedKey, publishedAs, rsaPair } from './odd-key.ts';
import type { Fate } from './published.ts';
import { keyStory, retry, STEADY } from './story.ts';
import { ask } from './tokens.ts';

type Jwk = PublishedKey['entry'];

/** An odd answer of the key set endpoint. */
export interface OddAnswer {
  /** What is odd about it, for the report; empty where there is one. */
  readonly label: string;
  /** The answer: from the keys that are published anyway, and one of a stranger that only this answer shows. */
  readonly answer: (
    ring: readonly Jwk[],
    stranger: Jwk,
    idp: IssuerControl,
  ) => FaultAction | Promise<FaultAction>;
}

/** Seconds in which a backend that has fetched the answer must have made up its mind. */
const PATIENCE = 3;

/**
 * A check that lets the backend fetch each odd answer, by tokens of the stranger's key. Where the answer is one to
 * refuse, the stranger must not get in; where it is a good key set, he must. Good tokens pass throughout.
 */
export function oddRefresh(
  id: string,
  fate: Fate,
  answers: (lab: Lab) => readonly OddAnswer[] | Promise<readonly OddAnswer[]>,
  { none = '' }: { readonly none?: string } = {},
): Check {
  return keyStory(id, STEADY, async (lab) => {
    const odds = await answers(lab);
    if (odds.length === 0) return notApplicable(none);
    const pair = await rsaPair();
    const findings: Finding[] = [];
    for (const odd of odds) {
      const stranger = publishedAs(pair);
      const finding = await judgeAnswer(lab, odd, stranger, fate);
      findings.push(labelled(finding, odd.label));
      if (finding.outcome !== 'pass') break;
    }
    return allOf(findings);
  });
}

async function judgeAnswer(lab: Lab, odd: OddAnswer, stranger: PublishedKey, fate: Fate): Promise<Finding> {
  const ring = (await lab.idp.keys()).map(({ publicJwk }) => publicJwk);
  await breakKeySet(lab, await odd.answer(ring, stranger.entry, lab.idp));
  const provoked = judgeStranger(lab, await provokeFetch(lab), 'refused');
  const token = { label: 'token of the key that only this answer shows', token: await stranger.token(lab) };
  // A fetch in the background may have come first, so that what is in it takes a moment to count.
  const seconds = fate === 'accepted' ? PATIENCE : 0;
  const { result } = await retry(seconds, () => ask(lab, token), isSuccess);
  const good = await sendAs(lab, lab.operations.primary, lab.users.owner);
  return allOf([
    labelled(provoked, 'token of an unknown key'),
    labelled(judgeStranger(lab, result, fate), token.label),
    labelled(acceptedAs(lab, good, lab.users.owner), 'good token'),
  ]);
}

function judgeStranger(lab: Lab, exchange: Exchange, fate: Fate): Finding {
  if (fate === 'accepted' || (fate === 'either' && isSuccess(exchange))) {
    return acceptedAs(lab, exchange, lab.users.owner);
  }
  const codes = ['invalid_token', 'jwks_unavailable'];
  return expectRefused(exchange, { status: [401, 503], codes });
}
