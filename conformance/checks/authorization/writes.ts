import { expectRefused, notApplicable } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab, Principal } from '../../model.ts';
import { type Credential, expired, wronglySigned } from '../bad-credentials.ts';
import { labOn } from '../lab-on.ts';
import { sendControl } from '../probes.ts';
import { collectionOf, writesOf } from './collection.ts';
import { judgeRefusedWrites } from './refused-writes.ts';

/** One forgery of each kind that a verifier can fall for. */
const FORGERIES = ['alg-none', 'alg-hs256-spki-pem', 'jwk-embedded-attacker'];

/** Writes to the own collection with credentials that are none. */
export const writeChecks: readonly Check[] = [
  refusedWrites('write-noauth', () => [{ label: 'no token' }], ['missing_token']),
  refusedWrites(
    'write-expired',
    async (lab, user) => [{ label: 'expired', token: await expired(lab, user) }],
    ['token_expired', 'invalid_token'],
  ),
  refusedWrites(
    'write-forged',
    async (lab, user) => {
      const claims = { ...user.claims, sub: user.sub };
      const forged = await Promise.all(FORGERIES.map((name) => lab.idp.forge(name, { claims })));
      return [
        { label: 'wrong signature', token: await wronglySigned(lab, user) },
        ...forged.flat().map(({ name, variant, token }) => ({ label: `${name} ${variant}`.trim(), token })),
      ];
    },
    ['invalid_token'],
  ),
  {
    id: 'write-during-outage',
    runs: 'own',
    run: async (lab) => {
      const bench = await lab.bench();
      try {
        const own = labOn(lab, bench);
        const { owner } = own.users;
        const unknown = { claims: { ...owner.claims, sub: owner.sub }, key: 'unpublished' };
        const { token } = await own.idp.mint(unknown);
        await sendControl(own, own.operations.primary);
        await own.idp.fault({ endpoint: 'jwks', actions: [{ kind: 'respond', status: 500 }] });
        return await judge(own, [{ label: 'unknown kid', token }], (exchange) =>
          expectRefused(exchange, { status: [401, 503], codes: ['invalid_token', 'jwks_unavailable'] }),
        );
      } finally {
        await bench[Symbol.asyncDispose]();
      }
    },
  },
];

function refusedWrites(
  id: string,
  credentials: (lab: Lab, user: Principal) => readonly Credential[] | Promise<readonly Credential[]>,
  codes: readonly string[],
): Check {
  return {
    id,
    runs: 'beside',
    run: async (lab) =>
      judge(lab, await credentials(lab, lab.users.owner), (exchange) => expectRefused(exchange, { codes })),
  };
}

async function judge(
  lab: Lab,
  credentials: readonly Credential[],
  verdict: (exchange: Exchange) => Finding,
): Promise<Finding> {
  const collection = collectionOf(lab);
  if (collection === undefined) return notApplicable('the contract creates nothing under an owner');
  const { owner: victim } = lab.users;
  return judgeRefusedWrites(lab, collection, {
    victim,
    writes: writesOf(collection),
    attacks: credentials.map((credential) => ({
      label: credential.label,
      request: (write) => lab.request(write, { as: victim, ...credential }),
    })),
    judge: verdict,
  });
}
