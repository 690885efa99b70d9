import {
  allOf,
  fail,
  headerValues,
  jsonBody,
  NotTestable,
  notApplicable,
  observedAnswer,
  pass,
} from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { inParallel } from '../../parallel.ts';
import { type Credential, expired, wronglySigned } from '../bad-credentials.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, judgeEach, labelled, sendControl } from '../probes.ts';
import { rawBytes } from '../raw-bytes.ts';

/** One forgery for each kind of mistake a verifier makes; the whole catalogue is sent to the primary operation only. */
const FORGERIES = [
  'jws-payload-tampered',
  'jws-empty-signature',
  'jws-four-segments',
  'jws-header-not-object',
  'alg-none',
  'alg-none-case',
  'alg-hs256-spki-pem',
  'alg-hs256-jwk-json',
  'alg-hs256-empty',
  'alg-rs384-rs512',
  'alg-ps256',
  'kid-unknown-signed-by-known',
  'kid-wrong-type',
  'jwk-embedded-attacker',
  'crit-unknown',
  'exp-missing',
  'iss-wrong',
  'aud-missing',
  'sub-missing',
];

/** How many requests might provoke a limit, and how many of them are under way at a time. */
const BURST = 200;
const AT_ONCE = 20;

/** What bad tokens lead to, and what comes after them. */
export const aftermathChecks: readonly Check[] = [
  {
    id: 'never-2xx',
    runs: 'beside',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const tokens = await manyBad(lab);
      // A series for each operation, all at once: one after the other would take minutes where answers are slow.
      const series = lab.operations.all.map((sample) => {
        const probes = tokens.map((credential) => ({
          label: `${sample.operation.id}, ${credential.label}`,
          request: lab.request(sample, credential),
        }));
        return judgeEach(lab, probes, (exchange) =>
          (isSuccess(exchange) ? fail : pass)('no 2xx', observedAnswer(exchange), exchange),
        );
      });
      return allOf(await Promise.all(series));
    },
  },
  {
    id: 'positive-after-negative',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      const { owner } = lab.users;
      await sendControl(lab, primary);
      const token = await goodToken(lab.idp, owner);
      const good = lab.request(primary, { token, label: 'good token' });
      const findings: Finding[] = [];
      for (const credential of await manyBad(lab)) {
        await lab.target.send(lab.request(primary, credential));
        const after = acceptedAs(lab, await lab.target.send(good), owner);
        findings.push(labelled(after, `after ${credential.label}`));
      }
      const [fresh] = await lab.target.sendRaw(rawBytes(lab.target, [good]), { secrets: good.secrets });
      if (fresh === undefined) throw new NotTestable('no answer on a new connection');
      return allOf([...findings, labelled(acceptedAs(lab, fresh, owner), 'on a new connection')]);
    },
  },
  {
    id: 'err-429',
    runs: 'alone',
    run: async (lab) => {
      const control = await sendControl(lab, lab.operations.primary);
      const token = await goodToken(lab.idp, lab.users.owner);
      const request = lab.request(lab.operations.primary, { token, label: 'good token' });
      const odd: Exchange[] = [];
      await inParallel(Array<undefined>(BURST).fill(undefined), AT_ONCE, async () => {
        const exchange = await lab.target.send(request);
        if (exchange.response.status !== control.response.status) odd.push(exchange);
      });
      const [first] = odd;
      if (first === undefined) return notApplicable(`none of ${BURST} good requests was throttled`);
      const expected = '429 with Retry-After and a JSON body';
      const retryAfter = headerValues(first, 'retry-after').join() || 'none';
      const right = first.response.status === 429 && retryAfter !== 'none' && jsonBody(first) !== undefined;
      return (right ? pass : fail)(expected, `${observedAnswer(first)}, Retry-After: ${retryAfter}`, first);
    },
  },
];

async function manyBad(lab: Lab): Promise<readonly Credential[]> {
  const { owner, other } = lab.users;
  const request = { claims: { ...owner.claims, sub: owner.sub }, otherSub: other.sub };
  const forged = await Promise.all(FORGERIES.map((name) => lab.idp.forge(name, request)));
  // Hours away: a token that is good in a few seconds may be so before a slow backend has had all the others.
  const early = await lab.idp.mint({ claims: { ...request.claims, nbf: '+1h', exp: '+2h' } });
  return [
    { label: 'garbage', token: 'not-a-token' },
    { label: 'wrong signature', token: await wronglySigned(lab, owner) },
    { label: 'expired', token: await expired(lab, owner) },
    { label: 'nbf-future', token: early.token },
    ...forged.flatMap(([first]) => (first ? [{ label: first.name, token: first.token }] : [])),
  ];
}
