import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { badge, badgeFile } from './badge.ts';
import { namedChecks } from './manifest.ts';
import type { Implementation, Manifest } from './manifest.ts';
import { type Judged, scoreboardMarkdown } from './markdown.ts';
import { isOpen, readVerdict, sameLibraries, type VariantVerdict, type Verdict } from './verdict.ts';
import type { CheckResult, Report } from '../model.ts';

/** Absolute path and content of every file that the committed verdicts give: the scoreboard and the badges. */
export function boardFiles(folder: string, judged: readonly Judged[]): ReadonlyMap<string, string> {
  return new Map([
    [join(folder, 'SCOREBOARD.md'), scoreboardMarkdown(judged)],
    ...judged.flatMap(({ folder: own, verdict }) =>
      Object.entries(verdict.variants).map(
        ([variant, one]) => [join(own, badgeFile(variant)), badge(variant, one)] as const,
      ),
    ),
  ]);
}

/** The implementations that have a verdict, with it. @throws ScoreboardError */
export function withVerdicts(implementations: readonly Implementation[]): readonly Judged[] {
  return implementations.flatMap((implementation) => {
    const verdict = readVerdict(implementation);
    return verdict ? [{ ...implementation, verdict }] : [];
  });
}

/** Writes what differs; gives the paths of what it wrote. */
export function writeBoard(files: ReadonlyMap<string, string>): readonly string[] {
  const changed = staleFiles(files);
  for (const path of changed) writeFileSync(path, files.get(path) ?? '');
  return changed;
}

/** Paths of files that are not what the verdicts give. */
export function staleFiles(files: ReadonlyMap<string, string>): readonly string[] {
  return [...files]
    .filter(([path, content]) => !existsSync(path) || readFileSync(path, 'utf8') !== content)
    .map(([path]) => path);
}

/** Where manifest and committed verdict say different things, a sentence each. */
export function contradictions(
  { manifest }: Implementation,
  verdict: Verdict | undefined,
): readonly string[] {
  const { name, libraries, variants, findings } = manifest;
  if (verdict === undefined) return [`${name} has no verdict yet`];
  const missing = Object.keys(variants).filter((variant) => !(variant in verdict.variants));
  const failed = (variant: string): readonly string[] =>
    (verdict.variants[variant]?.checks ?? []).map(({ id }) => id);
  return [
    ...(sameLibraries(libraries, verdict.libraries) ? [] : [`${name}: the verdict is of other versions`]),
    ...missing.map((variant) => `${name}: the variant ${variant} has no verdict`),
    ...findings.flatMap(({ checks, variants: named, varies }) =>
      named
        .filter((variant) => variant in verdict.variants && !varies)
        .flatMap((variant) =>
          checks
            .filter((id) => !failed(variant).includes(id))
            .map((id) => `${name}: a finding names ${id}, which ${variant} passes`),
        ),
    ),
    ...Object.entries(verdict.variants).flatMap(([variant, { checks }]) =>
      untold(manifest, variant, checks).map(
        (id) => `${name}: ${variant} fails ${id}, and no finding says why`,
      ),
    ),
  ];
}

/** Failed MUSTs without a finding, but for those that are withheld: whoever reads of a failure is told whose it is. */
function untold(
  { findings }: Manifest,
  variant: string,
  checks: VariantVerdict['checks'],
): readonly string[] {
  const told = namedChecks(findings, variant);
  return checks
    .filter(
      ({ level, outcome, observed }) => level === 'MUST' && outcome === 'fail' && observed !== 'withheld',
    )
    .map(({ id }) => id)
    .filter((id) => !told.has(id));
}

/** What a run of some checks found otherwise than the committed verdict, a sentence each, but for those left out. */
export function differences(
  committed: VariantVerdict,
  { checks }: Report,
  leftOut: (check: CheckResult) => boolean,
): readonly string[] {
  const before = new Map(committed.checks.map(({ id, outcome }) => [id, outcome]));
  return checks.flatMap((check) => {
    const { id, outcome, observed } = check;
    const was = before.get(id);
    const is = isOpen(outcome) ? outcome : undefined;
    if (leftOut(check) || was === is) return [];
    return [`${id}: ${was ?? 'pass'} in the verdict, now ${outcome}: ${observed}`];
  });
}
