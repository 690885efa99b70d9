import { randomUUID } from 'node:crypto';
import { type ForgedToken, forgeries, type Forgery } from '../../../mock-idp/index.ts';
import { leftOut } from '../../calibration.ts';
import { allOf, notApplicable } from '../../finding.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { labelled, sendControl } from '../probes.ts';
import { furtherFinding } from './consequences.ts';
import { judgeOnOtherKinds } from './other-kinds.ts';
import { assertTelling } from './telling.ts';
import { judgeVerdict } from './verdict.ts';
import { costNoFetch, watches } from './watches.ts';

/** Forgeries that only mean something with a body; their check sends it. */
const WITH_BODY = 'jws-detached-body';

/**
 * One check per requirement that has forged tokens: each is sent to the primary operation, and in its first form to one
 * of each further kind, and judged by its verdict.
 */
export const forgedTokenChecks: readonly Check[] = [...groupByRequirement(forgeries)]
  .filter(([id]) => id !== WITH_BODY)
  .map(([id, group]): Check => ({
    id,
    // What is asked of others meanwhile is told from the rest only where nothing else runs.
    runs: watches.has(id) ? 'alone' : 'beside',
    run: async (lab) => {
      // Good tokens in odd forms are controls themselves.
      if (group.some(({ verdict }) => verdict !== 'accept')) await sendControl(lab, lab.operations.primary);
      const watched = await watches.get(id)?.(lab);
      const findings: Finding[] = [];
      for (const forgery of group) findings.push(...(await judgeForgery(lab, forgery)));
      if (findings.length === 0) {
        return notApplicable(`a leeway of ${lab.settings.leeway} s leaves no room for such a token`);
      }
      if (watched) findings.push(await watched());
      return allOf(findings);
    },
  }));

function groupByRequirement(all: readonly Forgery[]): ReadonlyMap<string, readonly Forgery[]> {
  const groups = new Map<string, Forgery[]>();
  for (const forgery of all) {
    const group = groups.get(forgery.requirement);
    if (group) group.push(forgery);
    else groups.set(forgery.requirement, [forgery]);
  }
  return groups;
}

async function judgeForgery(lab: Lab, forgery: Forgery): Promise<readonly Finding[]> {
  const tokens = [...(await forge(lab, forgery))];
  // With the kid of a known key nobody would fetch anything, whatever is looked at first.
  if (costNoFetch.has(forgery.requirement))
    tokens.push(...(await forge(lab, forgery, { kid: randomUUID() })));
  const findings: Finding[] = [];
  for (const [index, forged] of tokens.entries()) {
    const label = forged.variant === '' ? forged.name : `${forged.name} (${forged.variant})`;
    const judged = await judgeToken(lab, forgery, forged, label);
    // What fails already needs no second operation, whose good token may be refused as well.
    const holds = judged.every(({ outcome }) => outcome === 'pass');
    const elsewhere = index === 0 && holds ? await judgeOnOtherKinds(lab, forgery, forged, label) : [];
    for (const finding of [...judged, ...elsewhere]) {
      findings.push(finding.outcome === 'pass' ? finding : labelled(finding, label));
    }
  }
  return findings;
}

async function forge(
  { idp, users, settings }: Lab,
  { name }: Forgery,
  header: Readonly<Record<string, unknown>> = {},
): Promise<readonly ForgedToken[]> {
  const { owner, other } = users;
  const common = { header, leeway: settings.leeway, otherSub: other.sub };
  const given = Object.entries<unknown>({ ...owner.claims, sub: owner.sub });
  try {
    return await idp.forge(name, { ...common, claims: Object.fromEntries(given) });
  } catch (error) {
    // A forgery of the very claim that this run leaves out needs it.
    if (leftOut(owner).length === 0) throw error;
    const claims = Object.fromEntries(given.filter(([, value]) => value !== null));
    return idp.forge(name, { ...common, claims });
  }
}

async function judgeToken(
  lab: Lab,
  forgery: Forgery,
  { token }: ForgedToken,
  label: string,
): Promise<readonly Finding[]> {
  assertTelling(lab, forgery, token);
  const exchange = await lab.target.send(lab.request(lab.operations.primary, { token, label }));
  const further = await furtherFinding(lab, forgery, { token, label, exchange });
  return [judgeVerdict(lab, forgery, token, exchange), ...(further ? [further] : [])];
}
