import { allOf, expectRefused, identities, notApplicable } from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Exchange, Finding, Lab, Principal } from '../../model.ts';
import { expired, wronglySigned } from '../bad-credentials.ts';
import { acceptedAs, mentions } from '../identity.ts';
import { labelled, sendControl } from '../probes.ts';
import { expectExpired } from './expired.ts';

const USES = 100;
const ROUNDS = 20;

/** What an API remembers of the tokens it has seen must not change what it says of the next. */
export const repeatedTokenChecks: readonly Check[] = [
  {
    id: 'claim-jti-reuse',
    runs: 'beside',
    run: async (lab) => {
      const { owner } = lab.users;
      const { token } = await lab.idp.mint({
        claims: { ...owner.claims, sub: owner.sub, jti: 'gateproof-used-again' },
      });
      const findings: Finding[] = [];
      for (let use = 0; use < USES; use += 1) {
        findings.push(acceptedAs(lab, await send(lab, 'good token with a jti', token), owner));
      }
      return allOf(findings);
    },
  },
  {
    id: 'exp-state-carryover',
    runs: 'beside',
    run: async (lab) => {
      const { owner } = lab.users;
      await sendControl(lab, lab.operations.primary);
      const claims = { ...owner.claims, sub: owner.sub };
      const [unsigned] = await lab.idp.forge('alg-none', { claims });
      const before = [
        ['unsigned', unsigned?.token ?? ''],
        ['malformed', 'a.b.c'],
        ['forged', await wronglySigned(lab, owner)],
      ] as const;
      const late = await expired(lab, owner);
      const { token: misdirected } = await lab.idp.mint({ claims: { ...claims, aud: 'another-api' } });
      const findings: Finding[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        for (let at = 0; at < before.length; at += 1) {
          const [label, token] = before[(round + at) % before.length] ?? ['', ''];
          findings.push(labelled(expectRefused(await send(lab, label, token)), label));
        }
        findings.push(expectExpired(lab, await send(lab, 'expired', late)));
        const other = await send(lab, 'for another audience', misdirected);
        findings.push(labelled(expectRefused(other, { codes: ['invalid_token'] }), 'for another audience'));
      }
      return allOf(findings);
    },
  },
  {
    id: 'vcache-signature-variant',
    runs: 'beside',
    run: async (lab) => {
      const { owner, other } = lab.users;
      const good = await goodToken(lab.idp, owner);
      const otherSignature = (await goodToken(lab.idp, other)).split('.')[2] ?? '';
      const [header = '', payload = '', signature = ''] = good.split('.');
      const bad = {
        'first byte changed': flipped(signature, 0),
        'last byte changed': flipped(signature, -1),
        'of another token': otherSignature,
        empty: '',
      };
      const findings = [acceptedAs(lab, await send(lab, 'good token', good), owner)];
      for (const [label, replaced] of Object.entries(bad)) {
        const exchange = await send(lab, `signature ${label}`, `${header}.${payload}.${replaced}`);
        findings.push(labelled(expectRefused(exchange, { codes: ['invalid_token'] }), `signature ${label}`));
        findings.push(acceptedAs(lab, await send(lab, 'good token', good), owner));
      }
      return allOf(findings);
    },
  },
  {
    id: 'vcache-collision',
    runs: 'beside',
    run: async (lab) => {
      const { owner, other } = lab.users;
      for (const user of [owner, other]) {
        const control = await sendControl(lab, lab.operations.primary, user);
        if (identities(control).length > 0 || mentions(control, user.sub)) continue;
        return notApplicable(
          `${lab.operations.primary.operation.id} answers all users alike, so it cannot take one for another`,
        );
      }
      const twins = await twinTokens(lab, owner, other);
      const findings: Finding[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [user, token] of twins) {
          findings.push(acceptedAs(lab, await send(lab, `good token of ${user.sub}`, token), user));
        }
      }
      return allOf(findings);
    },
  },
];

/** Tokens of two users that agree in jti, iat, exp, header and length: in whatever a cache may know a token by, but the token. */
async function twinTokens(
  { idp }: Lab,
  one: Principal,
  two: Principal,
): Promise<readonly (readonly [Principal, string])[]> {
  const now = Math.floor(Date.now() / 1000);
  const common = { jti: 'gateproof-twin', iat: now, exp: now + 300 };
  const plain = [one, two].map((user) => ({ user, claims: { ...common, ...user.claims, sub: user.sub } }));
  const lengths = plain.map(({ claims }) => Buffer.byteLength(JSON.stringify(claims)));
  const longest = Math.max(...lengths);
  return Promise.all(
    plain.map(async ({ user, claims }, at) => {
      const pad = '-'.repeat(longest - (lengths[at] ?? longest));
      const { token } = await idp.mint({ claims: { ...claims, pad } });
      return [user, token] as const;
    }),
  );
}

function send(lab: Lab, label: string, token: string): Promise<Exchange> {
  return lab.target.send(lab.request(lab.operations.primary, { token, label }));
}

function flipped(signature: string, at: number): string {
  const bytes = Buffer.from(signature, 'base64url');
  const index = (at + bytes.length) % bytes.length;
  bytes.writeUInt8(bytes.readUInt8(index) ^ 1, index);
  return bytes.toString('base64url');
}
