import fc from 'fast-check';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { forgeries, startMockIdp } from '../mock-idp/index.ts';
import { DIFFERENCES, read, renderDifferences } from './testing/differences.ts';
import { createJudges } from './testing/differential-judges.ts';
import type { Library, Verdicts } from './testing/differential-judges.ts';
import { differentialTokens } from './testing/differential-tokens.ts';
import { AUDIENCE, ISSUER, createKey } from './testing/tokens.ts';
import { createWarm } from './testing/verifier.ts';
import { createVerifier } from './verify.ts';

const NOW = 1_800_000_000;
const LEEWAY = 5;
const GENERATED = 4000;
/** The same tokens every time, since each row must be met; another seed looks further. */
const SEED = Number(process.env['GATEPROOF_SEED'] ?? 1);

/** Rows that some token fell under, for a library. */
const used = new Set<string>();

/** What no row explains, in words; nothing where all is explained. */
function unexplained(token: string, verdicts: Verdicts): readonly string[] {
  return (['jose', 'jsonwebtoken'] as const).flatMap((library) => {
    if ((verdicts.gateproof === 'accepted') === (verdicts[library] === 'accepted')) return [];
    const rows = rowsFor(token, verdicts, library);
    for (const { id } of rows) used.add(`${id} ${library}`);
    return rows.length > 0
      ? []
      : [`gateproof: ${verdicts.gateproof}; ${library}: ${verdicts[library]}; ${token}`];
  });
}

function rowsFor(token: string, { gateproof }: Verdicts, library: Library) {
  const reading = read(token, NOW + LEEWAY);
  return DIFFERENCES.filter(
    ({ libraries, reason, holds }) =>
      libraries.includes(library) &&
      new RegExp(`^invalid_token: (${reason})$`).test(gateproof) &&
      holds(reading),
  );
}

test('every disagreement over thousands of generated tokens is in the table', async () => {
  const [key, other] = [createKey('k1'), createKey('k2')];
  const { verifier } = await createWarm([key.jwk, other.jwk], { now: () => NOW * 1000 });
  const policy = { issuer: ISSUER, audience: AUDIENCE, now: NOW, leeway: LEEWAY, keys: [key.jwk, other.jwk] };
  const judges = createJudges(verifier, policy);
  const seen = { accepted: 0, refused: 0 };
  const left: string[] = [];
  for (const token of fc.sample(differentialTokens(key, NOW), { numRuns: GENERATED, seed: SEED })) {
    const verdicts = await judges(token);
    seen[verdicts.gateproof === 'accepted' ? 'accepted' : 'refused'] += 1;
    left.push(...unexplained(token, verdicts));
  }
  expect(left).toEqual([]);
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(GENERATED / 10);
}, 120_000);

test('every disagreement over a forged token is in the table', async () => {
  await using idp = await startMockIdp({ now: () => NOW * 1000 });
  const control = idp.issuer();
  const { issuer, audience, jwksUrl } = control;
  const options = { issuer, audience, jwksUrl, now: () => NOW * 1000, cooldown: 3600 };
  await using verifier = createVerifier({ ...options, algorithms: ['RS256'] });
  await verifier.warm();
  const keys = (await control.keys())
    .filter(({ state }) => state !== 'withdrawn')
    .map(({ publicJwk }) => publicJwk);
  const judges = createJudges(verifier, { issuer, audience, now: NOW, leeway: LEEWAY, keys });
  const left: string[] = [];
  for (const { name } of forgeries) {
    for (const { variant, token } of await control.forge(name)) {
      left.push(...unexplained(token, await judges(token)).map((line) => `${name} ${variant}: ${line}`));
    }
  }
  expect(left).toEqual([]);
}, 120_000);

test('every row of the table explains something, for each library it names', () => {
  const rows = DIFFERENCES.flatMap(({ id, libraries }) => libraries.map((library) => `${id} ${library}`));
  expect(rows.filter((row) => !used.has(row))).toEqual([]);
});

test('DIFFERENCES.md is the table', async () => {
  const page = await format(renderDifferences(), { parser: 'markdown', printWidth: 120 });
  await expect(page).toMatchFileSnapshot('DIFFERENCES.md');
});
