import { describe, expect, it } from 'vitest';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { loadRequirements } from '../../spec/index.ts';
import { brokenRules, differences, signerOf } from '../testing/contract-verifier.ts';
import { createForgeKit } from '../testing/forge-kit.ts';
import { expectedFaults } from '../testing/header-and-claim-faults.ts';
import type { ForgeryVerdict } from '../control.ts';
import type { ForgeKit, Forgery } from './forgery.ts';
import { forgeries } from './index.ts';

const kit: ForgeKit = await createForgeKit();
const { requirements } = loadRequirements();

function isMine(id: string): boolean {
  const area = requirements.get(id)?.area;
  return area === 'claims' || (area === 'algorithms-and-keys' && !id.startsWith('alg-'));
}

const mine: readonly Forgery[] = forgeries.filter(({ requirement }) => isMine(requirement));

/** Rules that take more than a token: odd key sets, time, or several requests. */
const NO_FORGERY = [
  'kid-missing-one-key',
  'kid-special-chars-valid',
  'hdr-duplicate-jwk-oct-kid',
  'exp-crossing-cache',
  'exp-state-carryover',
  'claim-jti-reuse',
  'claims-dup-header-body',
];

describe('the forgeries of header and claims', () => {
  it.each(mine)('$name breaks the rule it claims, in the member it claims', async ({ name, make }) => {
    const tokens = await make(kit);
    const found = tokens.map(({ variant, token }) => {
      const signer = signerOf(token, kit);
      const members = [
        ...differences(token, kit).toSorted(),
        ...(signer === 'active' ? [] : [`signed by ${signer}`]),
      ];
      const rules = brokenRules(token, kit).toSorted();
      return { variant, rules: rules.join(', '), differences: members.join(', ') };
    });
    expect(found).toEqual(tokens.map(({ variant }) => ({ variant, ...expectedFaults(name, variant) })));
  });

  it.each(mine)('$name deserves its verdict whatever the leeway', async ({ make, verdict }) => {
    for (const leeway of [0, 1, 5, 60]) {
      const tokens = await make({ ...kit, leeway });
      const verdicts = tokens.map(({ token }) => verdictOf(brokenRules(token, { ...kit, leeway })));
      expect(verdicts.filter((found) => verdict !== 'either' && found !== verdict)).toEqual([]);
    }
  });

  it('are the same for the same kit, so that a finding can be repeated', async () => {
    for (const { make } of mine) expect(await make(kit)).toEqual(await make(kit));
  });

  // A variant that comes out as the good token is left out, and nobody would miss it: so their number is pinned.
  it('are as many as were written down', async () => {
    const tokens = await Promise.all(mine.map(async ({ make }) => await make(kit)));
    expect([mine.length, tokens.flat().length]).toEqual([133, 318]);
  });

  it('fit into the 8 KiB that every backend must read, but for the subject that is long on purpose', async () => {
    const tokens = await Promise.all(
      mine.map(async ({ name, make }) => (await make(kit)).map((token) => ({ ...token, name }))),
    );
    const long = tokens.flat().filter(({ token }) => token.length > 8_192);
    expect(long.map(({ name, variant }) => `${name}: ${variant}`)).toEqual(['sub-long: 10,000 characters']);
  });

  it('cite no source that their requirement does not', () => {
    const strangers = mine.flatMap(({ name, requirement, references }) =>
      references
        .filter((reference) => requirements.get(requirement)?.references.includes(reference) !== true)
        .map((reference) => `${name}: ${reference}`),
    );
    expect(strangers).toEqual([]);
  });

  it('leave no rule of header or claims without a token, but for those that take more than one', () => {
    const covered = new Set(mine.map(({ requirement }) => requirement));
    const rules = [...requirements.keys()].filter(isMine);
    expect(rules.filter((id) => !covered.has(id))).toEqual(NO_FORGERY);
  });
});

function verdictOf(rules: readonly string[]): ForgeryVerdict {
  if (rules.length === 0) return 'accept';
  return rules.every((rule) => rule === 'expired') ? 'expire' : 'refuse';
}

describe('jose, asked for a second opinion with all its strict options', () => {
  const keys = createLocalJWKSet(kit.jwks as unknown as JSONWebKeySet);
  const { iss, aud } = kit.claims as { iss: string; aud: string };

  async function verdictOfJose(token: string): Promise<ForgeryVerdict> {
    try {
      await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        issuer: iss,
        audience: aud,
        requiredClaims: ['sub', 'exp'],
        clockTolerance: kit.leeway,
        currentDate: new Date(kit.now * 1_000),
      });
      return 'accept';
    } catch (error) {
      if (error instanceof errors.JWTExpired) return 'expire';
      if (error instanceof errors.JOSEError) return 'refuse';
      throw error;
    }
  }

  it('accepts these where the contract refuses, and agrees about all others', async () => {
    const disagreements = new Set<string>();
    for (const { name, make, verdict } of mine.filter((forgery) => forgery.verdict !== 'either')) {
      for (const { token } of await make(kit)) {
        const found = await verdictOfJose(token);
        if (found !== verdict) disagreements.add(`${name}: ${found}`);
      }
    }
    expect([...disagreements]).toEqual([
      'typ-other-jwt-kind: accept',
      'typ-wrong-type: accept',
      'exp-infinity-literal: accept',
      'sub-empty: accept',
      'sub-null: accept',
      'sub-number: accept',
      'sub-bool-array-object: accept',
      'logout-token-typed: accept',
    ]);
  });
});
