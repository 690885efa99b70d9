import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadRequirements } from '../../spec/index.ts';
import type { CheckResult, Outcome, Report } from '../model.ts';
import { badge } from './badge.ts';
import { boardFiles, contradictions, differences, staleFiles, withVerdicts } from './board.ts';
import { loadImplementations, type Manifest, mayVary, withholds } from './manifest.ts';
import { scoreboardMarkdown } from './markdown.ts';
import { mergeVerdict, totalOf, variantVerdict } from './verdict.ts';

const MANIFEST: Manifest = {
  ...{ name: 'a-gate', title: 'A gate', language: 'Go', tool: 'go', install: './install', start: './start' },
  libraries: { 'a-library': '1.0.0' },
  variants: {
    default: { title: 'as documented', environment: {} },
    hardened: { title: 'with a limit', environment: { LIMIT: '1' } },
  },
  findings: [
    {
      checks: ['crit-unknown'],
      variants: ['default'],
      cause: 'library',
      sentence: 'It does not look at crit.',
      source: 'https://example.com/1, its README',
    },
  ],
  withheld: ['algorithms-and-keys', 'token-form'],
};

const line = (
  id: string,
  area: CheckResult['area'],
  outcome: Outcome,
  observed = 'answered 200',
  level: CheckResult['level'] = 'MUST',
): CheckResult => ({
  ...{ id, area, level, outcome, observed, durationMs: 1.5 },
  ...{ expected: '401', title: '', sentence: '', references: [], remedy: '' },
});

const CHECKS = [
  line('alg-none', 'algorithms-and-keys', 'fail'),
  line('alg-case', 'algorithms-and-keys', 'pass'),
  line('crit-unknown', 'token-form', 'fail'),
  line('exp-past', 'claims', 'pass'),
  line('exp-huge-integer', 'claims', 'fail', 'answered 500', 'SHOULD'),
  line('doc-304', 'jwks', 'not-testable', 'no answer from 127.0.0.1:31234 in 12 ms, after 0.21 s'),
  line('disco-issuer-mismatch', 'jwks', 'not-applicable'),
  line('never-2xx', 'error-contract', 'fail', 'alg-none (signed): answered 200'),
  line('ok-schema', 'error-contract', 'fail', '31 of 1240 answers break it; first in alg-case'),
];
const REPORT = { summary: { verdict: 'fail' }, checks: CHECKS } as unknown as Report;
const WITHHELD = withholds(MANIFEST, 'default');
const DEFAULT = variantVerdict(REPORT, WITHHELD);
const VERDICT = mergeVerdict(undefined, '1.2.3', MANIFEST, { default: DEFAULT });
const JUDGED = { folder: '/a-gate', manifest: MANIFEST, verdict: VERDICT };

test('keeps what did not pass, without what differs from run to run', () => {
  expect(DEFAULT.checks).toEqual([
    { id: 'crit-unknown', level: 'MUST', outcome: 'fail', observed: 'answered 200' },
    { id: 'exp-huge-integer', level: 'SHOULD', outcome: 'fail', observed: 'answered 500' },
    {
      ...{ id: 'doc-304', level: 'MUST', outcome: 'not-testable' },
      observed: 'no answer from 127.0.0.1 in … ms, after … s',
    },
    { id: 'never-2xx', level: 'MUST', outcome: 'fail', observed: 'withheld' },
    {
      ...{ id: 'ok-schema', level: 'MUST', outcome: 'fail' },
      observed: 'some answers break it; first in alg-case',
    },
  ]);
});

test('counts by area and level, and what is withheld by number alone', () => {
  const none = { passed: 0, failed: 0, notTestable: 0, notApplicable: 0, withheld: 0 };
  expect(DEFAULT.counts['algorithms-and-keys']).toEqual({ MUST: { ...none, passed: 1, withheld: 1 } });
  expect(DEFAULT.counts.claims).toEqual({
    MUST: { ...none, passed: 1 },
    SHOULD: { ...none, failed: 1 },
  });
  expect(totalOf(DEFAULT, 'MUST')).toEqual({
    ...{ passed: 2, failed: 3, notTestable: 1, notApplicable: 1, withheld: 1 },
  });
  expect(JSON.stringify(VERDICT)).not.toContain('alg-none');
});

test('in an area that is withheld a finding tells what it names, in its own variants', () => {
  const crit = line('crit-unknown', 'token-form', 'fail');
  expect(WITHHELD(crit)).toBe(false);
  expect(withholds(MANIFEST, 'hardened')(crit)).toBe(true);
  expect(WITHHELD(line('exp-past', 'claims', 'fail'))).toBe(false);
});

test('a check that passes is counted like any other, withheld or not', () => {
  const checks = [line('alg-none', 'algorithms-and-keys', 'pass')];
  const { counts } = variantVerdict({ ...REPORT, checks }, WITHHELD);
  expect(counts['algorithms-and-keys']?.MUST).toMatchObject({ passed: 1, withheld: 0 });
});

test('a run that is no verdict makes none', () => {
  const summary = { ...REPORT.summary, verdict: 'invalid', reason: 'the control failed' } as const;
  expect(() => variantVerdict({ ...REPORT, summary }, WITHHELD)).toThrow(
    'the run is no verdict: the control failed',
  );
});

test('variants that were not run keep their verdict, unless it is of other versions', () => {
  const hardened = { ...DEFAULT, verdict: 'pass' } as const;
  const both = mergeVerdict(VERDICT, '1.2.3', MANIFEST, { hardened });
  expect(Object.keys(both.variants)).toEqual(['default', 'hardened']);
  const newer = { ...MANIFEST, libraries: { 'a-library': '2.0.0' } };
  expect(Object.keys(mergeVerdict(both, '1.2.3', newer, { hardened }).variants)).toEqual(['hardened']);
});

test('says MUSTs by area, versions and findings, and nothing of what is withheld but that it is', () => {
  const text = scoreboardMarkdown([JUDGED]);
  const table = text.split('\n').filter((row) => row.startsWith('|'));
  expect(table.slice(0, 3)).toEqual([
    '| Implementation | Language | Variant | MUSTs | authorization-header | token-form | algorithms-and-keys | claims | jwks | authorization | error-contract | evidence |',
    '| --- | --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |',
    '| [A gate](implementations/a-gate/README.md) | Go | default | **2/6, withheld** | 0/0 | 0/1 | 1/1, withheld | 1/1 | 0/1 | 0/0 | 0/2 | 0/0 |',
  ]);
  expect(table.at(-1)).toBe(
    '| [A gate](implementations/a-gate/README.md) | default: as documented; hardened: with a limit | a-library 1.0.0 | [verdict.json](implementations/a-gate/verdict.json) |',
  );
  expect(text).toContain(
    '- It does not look at crit. (`crit-unknown`; default; the library) Source: <https://example.com/1>, its README',
  );
  expect(text).not.toContain('alg-none');
});

test('a badge says in its title what it shows, and red is for many failures only', () => {
  expect(badge('default', DEFAULT)).toContain('<title id="title">gateproof: MUST 2/6</title>');
  expect(badge('default', DEFAULT)).toContain('#b42318');
  const checks = [line('exp-past', 'claims', 'pass')];
  const good = variantVerdict({ ...REPORT, checks }, WITHHELD);
  expect(badge('hardened', good)).toContain('<title id="title">gateproof, hardened: MUST 1/1</title>');
  expect(badge('hardened', good)).toContain('#1a7f37');
});

test('sees where manifest and verdict say different things', () => {
  const untold = 'a-gate: default fails ok-schema, and no finding says why';
  expect(contradictions(JUDGED, VERDICT)).toEqual(['a-gate: the variant hardened has no verdict', untold]);
  expect(contradictions(JUDGED, undefined)).toEqual(['a-gate has no verdict yet']);
  const manifest = {
    ...MANIFEST,
    libraries: { 'a-library': '2.0.0' },
    findings: MANIFEST.findings.map((finding) => ({ ...finding, checks: ['exp-past'] })),
  };
  expect(contradictions({ folder: '', manifest }, VERDICT)).toEqual([
    'a-gate: the verdict is of other versions',
    'a-gate: the variant hardened has no verdict',
    'a-gate: a finding names exp-past, which default passes',
    'a-gate: default fails crit-unknown, and no finding says why',
    untold,
  ]);
});

test('lets a check come out either way only where a finding says so of this variant', () => {
  const varying: Manifest = {
    ...MANIFEST,
    findings: MANIFEST.findings.map((finding) => ({ ...finding, checks: ['exp-past'], varies: true })),
  };
  expect(contradictions({ folder: '', manifest: varying }, VERDICT)).not.toContain(
    'a-gate: a finding names exp-past, which default passes',
  );
  const checks = [line('exp-past', 'claims', 'fail'), line('exp-missing', 'claims', 'fail')];
  const later = (variant: string): readonly string[] =>
    differences(DEFAULT, { ...REPORT, checks }, mayVary(varying, variant));
  expect(later('default')).toEqual(['exp-missing: pass in the verdict, now fail: answered 200']);
  expect(later('hardened')).toHaveLength(2);
});

test('tells what a later run found otherwise, and nothing of what is withheld', () => {
  expect(differences(DEFAULT, REPORT, WITHHELD)).toEqual([]);
  const checks = [
    line('alg-none', 'algorithms-and-keys', 'pass'),
    line('crit-unknown', 'token-form', 'pass', 'answered 401'),
    line('exp-past', 'claims', 'fail'),
  ];
  expect(differences(DEFAULT, { ...REPORT, checks }, WITHHELD)).toEqual([
    'crit-unknown: fail in the verdict, now pass: answered 401',
    'exp-past: pass in the verdict, now fail: answered 200',
  ]);
});

test('the committed scoreboard and badges are what the committed verdicts give', () => {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const known = new Set(loadRequirements().requirements.keys());
  const judged = withVerdicts(loadImplementations(`${folder}implementations/`, known));
  expect(judged.length).toBeGreaterThan(0);
  expect(staleFiles(boardFiles(folder, judged)), 'npm run scoreboard -- --write').toEqual([]);
});
