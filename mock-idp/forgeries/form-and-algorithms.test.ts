import { verify } from 'node:crypto';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { loadRequirements } from '../../spec/index.ts';
import type { Requirement } from '../../spec/index.ts';
import { createForgeKit } from '../testing/forge-kit.ts';
import { FAULTS, HOPELESS, NO_FORGERY } from '../testing/form-and-algorithm-faults.ts';
import { faultsOf } from '../testing/strict-verifier.ts';
import type { ForgeKit, Forgery } from './forgery.ts';
import { forgeries } from './index.ts';

const kit: ForgeKit = await createForgeKit();
const { requirements } = loadRequirements();

/** Where jose 6 may be lenient; what its base64 decoder takes depends on the version of Node. */
const JOSE_ACCEPTS = [
  'jws-padding-header',
  'jws-padding-payload',
  'jws-padding-signature',
  'jws-trailing-bits-sig',
  'jws-trailing-bits-payload',
  'jws-header-bom',
];

const mine = forgeries.filter(({ requirement }) => {
  const rule = requirements.get(requirement);
  return rule !== undefined && ofFormOrAlgorithm(rule);
});

function ofFormOrAlgorithm({ id, area }: Requirement): boolean {
  return area === 'token-form' || id.startsWith('alg-');
}

function sources(requirement: string): readonly string[] | undefined {
  return requirements.get(requirement)?.references;
}

const rows = new Map(FAULTS.flatMap(([faults, tokens]) => tokens.map((token) => [token, faults])));

function rowOf(name: string, variant: string): string | undefined {
  return [`${name}: ${variant}`, name].find((row) => rows.has(row) || HOPELESS.includes(row));
}

async function findings({ name, make }: Forgery): Promise<readonly Finding[]> {
  return (await make(kit)).map(({ variant, token }) => ({
    row: rowOf(name, variant) ?? `${name}: ${variant}`,
    token,
    faults: faultsOf(token, kit),
  }));
}

interface Finding {
  readonly row: string;
  readonly token: string;
  readonly faults: readonly string[];
}

describe('the forgeries of form and algorithm', () => {
  it.each(mine)('$name has the fault it claims and no other', async (forgery) => {
    const judged = (await findings(forgery)).filter(({ row }) => !HOPELESS.includes(row));
    const found = judged.map(({ row, faults }) => [row, faults.join(', ')]);
    expect(found).toEqual(judged.map(({ row }) => [row, rows.get(row)]));
  });

  it.each(mine)('$name deserves its verdict', async (forgery) => {
    const deserved = {
      accept: (faults: readonly string[]) => faults.length === 0,
      refuse: (faults: readonly string[]) => faults.length > 0,
      expire: (faults: readonly string[]) => faults.includes('exp'),
      either: () => true,
    }[forgery.verdict];
    expect((await findings(forgery)).filter(({ faults }) => !deserved(faults))).toEqual([]);
  });

  it('cite what their requirement cites', () => {
    const cited = mine.map(({ name, references }) => [name, references]);
    expect(cited).toEqual(mine.map((forgery) => [forgery.name, sources(forgery.requirement)]));
  });

  it('leave no rule of form or algorithm without a token, but for those that take more than one', () => {
    const covered = new Set(mine.map(({ requirement }) => requirement));
    const rules = [...requirements.values()].filter(ofFormOrAlgorithm).map(({ id }) => id);
    expect(rules.filter((id) => !covered.has(id))).toEqual(NO_FORGERY);
  });

  it('are all that the table of faults speaks of', async () => {
    const used = new Set((await Promise.all(mine.map(findings))).flat().map(({ row }) => row));
    expect([...rows.keys(), ...HOPELESS].filter((row) => !used.has(row))).toEqual([]);
  });
});

describe('the verifier that finds the faults', () => {
  it('agrees with the platform about the signature of every token', async () => {
    const all = (await Promise.all(mine.map(findings))).flat();
    const judged = all.filter(({ faults }) => !faults.includes('segments'));
    const disputed = judged.filter(({ token, faults }) => {
      const [header = '', payload = '', signature = ''] = token.split('.');
      const input = Buffer.from(`${header}.${payload}`);
      const good = verify('sha256', input, kit.active.publicKey, Buffer.from(signature, 'base64url'));
      return good === faults.includes('signature');
    });
    expect(disputed).toEqual([]);
    expect(judged.length).toBeGreaterThan(100);
  });

  it('finds no fault in a token that is meant to be good, and neither does jose', async () => {
    const controls = mine.filter(({ verdict }) => verdict === 'accept');
    const tokens = (await Promise.all(controls.map(findings))).flat();
    expect(tokens.flatMap(({ faults }) => faults)).toEqual([]);
    expect(await Promise.all(tokens.map(acceptedByJose))).toEqual(tokens.map(() => true));
  });

  it('is stricter than jose about spelling and about nothing else', async () => {
    const bad = mine.filter(({ verdict }) => verdict === 'refuse' || verdict === 'expire');
    const tokens = (await Promise.all(bad.map(findings))).flat();
    const accepted = await Promise.all(tokens.map(acceptedByJose));
    const names = tokens.filter((_, index) => accepted[index]).map(({ row }) => row.replace(/:.*/, ''));
    expect([...new Set(names)].filter((name) => !JOSE_ACCEPTS.includes(name))).toEqual([]);
  });
});

async function acceptedByJose({ token }: Finding): Promise<boolean> {
  const { iss, aud } = kit.claims as { iss: string; aud: string };
  const options = { algorithms: ['RS256'], issuer: iss, audience: aud, requiredClaims: ['sub', 'exp'] };
  return jwtVerify(token, kit.active.publicKey, options).then(
    () => true,
    () => false,
  );
}
