import { randomUUID } from 'node:crypto';
import type { FaultAction, JournalEntry } from '../../../mock-idp/index.ts';
import { allOf, expectRefused, fail, pass } from '../../finding.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { labelled, sendAs } from '../probes.ts';
import { keySetText } from './encodings.ts';
import { breakKeySet, respond } from './faults.ts';
import { provokeFetch, watchFetches } from './fetches.ts';
import { publishedAs, rsaPair } from './odd-key.ts';
import { keyStory, STEADY } from './story.ts';
import { ask, type Labelled } from './tokens.ts';

const NOT_FOLLOWED = 'the redirect not followed';
/** More requests than any HTTP client sends before it gives a loop up. */
const LOOP = 50;

/** The key set endpoint sends the backend elsewhere: whose keys are there, the configured URL does not say. */
export const redirectChecks: readonly Check[] = [
  keyStory('redir-same-origin', STEADY, async (lab) => {
    const { jwksUrl } = lab.idp;
    const elsewhere = jwksUrl.replace(/\/\.well-known\/jwks\.json$/, '/jwks');
    const fetched = await watchFetches(lab);
    await breakKeySet(lab, { kind: 'redirect', location: elsewhere }, { kind: 'ok' });
    await provokeFetch(lab);
    const { pathname } = new URL(elsewhere);
    return allOf([
      judgeFollowing((await fetched()).filter(({ path }) => path === pathname)),
      await judgeGood(lab),
    ]);
  }),
  keyStory('redir-cross-origin', STEADY, async (lab) => {
    const findings: Finding[] = [];
    for (const status of [302, 307]) {
      // The attacker is everybody's, so this request must be told from those of other checks and runs.
      const trap = `${foreignUrl(lab)}?redirect=${randomUUID()}`;
      await breakKeySet(lab, respond(status, '', { location: trap }));
      await provokeFetch(lab);
      const stolen = judgeIntruder(await ask(lab, await attackersToken(lab)));
      const hits = (await lab.attacker.journal()).filter(({ path }) => trap.endsWith(path));
      const outcome = allOf([judgeFollowing(hits), stolen, await judgeGood(lab)]);
      findings.push(labelled(outcome, `status ${status}`));
    }
    return allOf(findings);
  }),
  keyStory('redir-scheme-loop', STEADY, async (lab) => {
    const stranger = publishedAs(await rsaPair());
    const token = { label: 'token of the key in the URL', token: await stranger.token(lab) };
    const document = Buffer.from(keySetText([stranger.entry])).toString('base64');
    return allOf([
      await judgeScheme(lab, 'file:', { kind: 'redirect', location: 'file:///etc/passwd' }, token),
      await judgeScheme(
        lab,
        'data:',
        { kind: 'redirect', location: `data:application/json;base64,${document}` },
        token,
      ),
      labelled(await judgeLoop(lab), 'a redirect to itself'),
    ]);
  }),
];

async function judgeScheme(lab: Lab, label: string, fault: FaultAction, token: Labelled): Promise<Finding> {
  await breakKeySet(lab, fault);
  await provokeFetch(lab);
  return labelled(allOf([judgeIntruder(await ask(lab, token)), await judgeGood(lab)]), label);
}

async function judgeLoop(lab: Lab): Promise<Finding> {
  await breakKeySet(lab, { kind: 'redirect', location: lab.idp.jwksUrl });
  const fetched = await watchFetches(lab);
  await provokeFetch(lab);
  const good = await judgeGood(lab);
  const { length } = await fetched();
  const allowed = LOOP * lab.settings.replicas;
  const expected = `the loop left after at most ${allowed} requests`;
  return allOf([
    length <= allowed ? pass(expected, 'so it was') : fail(expected, `${length} requests`),
    good,
  ]);
}

/** The attacker's key set under another name of this machine, so that it is of another origin (RFC 6454 §4). */
function foreignUrl({ attacker }: Lab): string {
  const url = new URL(attacker.jwksUrl);
  if (url.hostname === '127.0.0.1') url.hostname = 'localhost';
  return url.href;
}

/** Good but for its key, which is that of the key set that the redirect leads to. */
async function attackersToken({ attacker, idp, users: { owner } }: Lab): Promise<Labelled> {
  const { token } = await attacker.mint({
    claims: { ...owner.claims, sub: owner.sub, iss: idp.issuer, aud: idp.audience },
  });
  return { label: "token of the attacker's key", token };
}

function judgeFollowing(hits: readonly JournalEntry[]): Finding {
  const [hit] = hits;
  return hit === undefined
    ? pass(NOT_FOLLOWED, 'so it was')
    : fail(NOT_FOLLOWED, `requested ${hit.path.split('?')[0] ?? ''}`);
}

function judgeIntruder(exchange: Parameters<typeof expectRefused>[0]): Finding {
  return expectRefused(exchange, { status: [401, 503], codes: ['invalid_token', 'jwks_unavailable'] });
}

async function judgeGood(lab: Lab): Promise<Finding> {
  const { owner } = lab.users;
  return labelled(acceptedAs(lab, await sendAs(lab, lab.operations.primary, owner), owner), 'good token');
}
