import { forgeries, type ForgedToken, type Forgery, type IssuerControl } from '../../mock-idp/index.ts';
import { allOf, expectRefused, fail, observedAnswer, pass } from '../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../model.ts';
import { acceptedAs } from './identity.ts';
import { isSuccess, labelled, sendControl } from './probes.ts';

/** Tokens that hold a URL of the attacker. A fetch of it is told from others only where nothing else runs. */
const TRAPS = new Set([
  'jku-attacker',
  'jku-allowlist-tricks',
  'jku-nonhttp',
  'x5u-attacker',
  'kid-url',
  'iss-ssrf-discovery',
]);

/** Longer headers than this may be refused by the HTTP server before the guard sees them (RFC 6585 §5). */
const LONG_TOKEN = 7_000;

/** One check per requirement that has forged tokens: each is sent to the primary operation and judged by its verdict. */
export const tokenChecks: readonly Check[] = [...groupByRequirement(forgeries)].map(([id, group]): Check => ({
  id,
  runs: TRAPS.has(id) ? 'alone' : 'beside',
  run: async (lab) => {
    // Good tokens in odd forms are controls themselves.
    if (group.some(({ verdict }) => verdict !== 'accept')) await sendControl(lab, lab.operations.primary);
    const fetched = (await lab.attacker.journal()).length;
    const findings: Finding[] = [];
    for (const forgery of group) findings.push(...(await judgeForgery(lab, forgery)));
    return allOf(TRAPS.has(id) ? [...findings, await trapFinding(lab, fetched)] : findings);
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
  const { owner, other } = lab.users;
  const tokens = await forge(lab.idp, forgery.name, {
    claims: { ...owner.claims, sub: owner.sub },
    leeway: lab.settings.leeway,
    otherSub: other.sub,
  });
  const findings: Finding[] = [];
  for (const forged of tokens) {
    const label = forged.variant === '' ? forged.name : `${forged.name} (${forged.variant})`;
    const { primary } = lab.operations;
    const exchange = await lab.target.send(lab.request(primary, { token: forged.token, label }));
    const finding = judge(lab, forgery, forged, exchange);
    findings.push(finding.outcome === 'pass' ? finding : labelled(finding, label));
  }
  return findings;
}

async function forge(
  idp: IssuerControl,
  name: string,
  request: Parameters<IssuerControl['forge']>[1],
): Promise<readonly ForgedToken[]> {
  const tokens = await idp.forge(name, request);
  if (tokens.length === 0) throw new Error(`the forgery ${name} gives no token`);
  return tokens;
}

function judge(lab: Lab, { verdict, defect }: Forgery, { token }: ForgedToken, exchange: Exchange): Finding {
  const statuses = token.length > LONG_TOKEN ? [401, 400, 413, 414, 431] : [401];
  switch (verdict) {
    case 'refuse':
      return expectRefused(exchange, {
        status: statuses,
        codes: ['invalid_token'],
        expected: `refused with 401 invalid_token (${defect})`,
      });
    case 'expire':
      return expectRefused(exchange, {
        codes: distinguishesExpiry(lab) ? ['token_expired'] : ['token_expired', 'invalid_token'],
        expected: `refused with 401 token_expired (${defect})`,
      });
    case 'accept':
      return acceptedAsNamed(lab, token, exchange);
    case 'either':
      if (isSuccess(exchange)) return acceptedAsNamed(lab, token, exchange);
      return (exchange.response.status < 500 ? pass : fail)(
        `served as the token's own sub, or refused (${defect})`,
        observedAnswer(exchange),
        exchange,
      );
  }
}

function acceptedAsNamed(lab: Lab, token: string, exchange: Exchange): Finding {
  const findings = subjectsOf(token).map((sub) => acceptedAs(lab, exchange, { sub, claims: {} }));
  return findings.find(({ outcome }) => outcome === 'pass') ?? allOf(findings);
}

/** The `sub` of the payload; each of them where the member is repeated, which JSON leaves open (RFC 8259 §4). */
function subjectsOf(token: string): readonly string[] {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  const members = [...payload.matchAll(/"sub"\s*:\s*("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) => text);
  return members.map((text) => JSON.parse(text) as string);
}

function distinguishesExpiry({ operations }: Lab): boolean {
  const responses = Object.values(operations.primary.operation.responses);
  return JSON.stringify(responses.map(({ content }) => content)).includes('"token_expired"');
}

/** Whether anything was fetched from the attacker, whose URLs stand in these tokens and nowhere else. */
async function trapFinding({ attacker }: Lab, before: number): Promise<Finding> {
  const hits = (await attacker.journal()).slice(before);
  const expected = 'no request to a URL that stands in a token';
  const [hit] = hits;
  return hit === undefined
    ? pass(expected, 'no such request')
    : fail(expected, `${hits.length} such requests, first ${hit.method} ${hit.path}`);
}
