import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AREAS, type Area, type Level } from '../../spec/index.ts';
import type { CheckResult, Outcome, Report } from '../model.ts';
import { ScoreboardError } from './errors.ts';
import type { Implementation } from './manifest.ts';

const LEVELS = ['MUST', 'SHOULD', 'MAY'] as const;

const count = z.int().min(0);
const COUNTS = z.strictObject({
  passed: count,
  failed: count,
  notTestable: count,
  notApplicable: count,
  /** Of all four, those that are not told: failures that look like a vulnerability nobody has published yet. */
  withheld: count,
});
const CHECK = z.strictObject({
  id: z.string(),
  level: z.enum(LEVELS),
  outcome: z.enum(['fail', 'not-testable']),
  observed: z.string(),
});
const VARIANT = z.strictObject({
  verdict: z.enum(['pass', 'fail']),
  counts: z.partialRecord(z.enum(AREAS), z.partialRecord(CHECK.shape.level, COUNTS)),
  checks: z.array(CHECK),
});
const VERDICT = z.strictObject({
  gateproof: z.string(),
  libraries: z.record(z.string(), z.string()),
  variants: z.record(z.string(), VARIANT),
});

/** How many checks of one area and level came to what. */
export type Counts = Readonly<z.infer<typeof COUNTS>>;
/** What the suite said of one variant: counts, and each check that did not pass. */
export type VariantVerdict = Readonly<z.infer<typeof VARIANT>>;
/** `verdict.json`: what is committed of the runs of an implementation, and of which versions it speaks. */
export type Verdict = Readonly<z.infer<typeof VERDICT>>;

const FILE = 'verdict.json';
const NONE: Counts = { passed: 0, failed: 0, notTestable: 0, notApplicable: 0, withheld: 0 };

/** The committed verdict; `undefined` where there is none yet. @throws ScoreboardError */
export function readVerdict({ folder, manifest }: Implementation): Verdict | undefined {
  const file = join(folder, FILE);
  if (!existsSync(file)) return undefined;
  const again = `Run "npm run scoreboard -- ${manifest.name}" to write it anew.`;
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new ScoreboardError(`${manifest.name}/${FILE} is not JSON. ${again}`);
  }
  const { success, data, error } = VERDICT.safeParse(document);
  if (success) return data;
  const [issue] = error.issues;
  throw new ScoreboardError(
    `${manifest.name}/${FILE}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}. ${again}`,
  );
}

/** Commits a verdict to the folder of its implementation. */
export function writeVerdict({ folder }: Implementation, verdict: Verdict): void {
  writeFileSync(join(folder, FILE), oneLinePerItem(verdict));
}

/** JSON with the innermost objects, which are counts and checks, on a line each: a change is a line of a diff. */
function oneLinePerItem(verdict: Verdict): string {
  const json = JSON.stringify(verdict, null, 2).replaceAll(/\{\n([^{}]*)\n\s*\}/g, (_, members: string) => {
    return `{ ${members.trim().replaceAll(/\n\s*/g, ' ')} }`;
  });
  return `${json}\n`;
}

/** The verdict with these variants judged anew; one of other versions is not mixed with it. */
export function mergeVerdict(
  before: Verdict | undefined,
  gateproof: string,
  { libraries, variants }: Implementation['manifest'],
  judged: Verdict['variants'],
): Verdict {
  const kept = before && sameLibraries(before.libraries, libraries) ? before.variants : {};
  const all = { ...kept, ...judged };
  const present = Object.keys(variants).flatMap((name) => (all[name] ? [[name, all[name]] as const] : []));
  return { gateproof, libraries, variants: Object.fromEntries(present) };
}

export function sameLibraries(a: Verdict['libraries'], b: Verdict['libraries']): boolean {
  const text = (libraries: Verdict['libraries']): string => JSON.stringify(Object.entries(libraries).sort());
  return text(a) === text(b);
}

/**
 * A report without what differs from run to run and machine to machine, and without what is withheld.
 *
 * @throws ScoreboardError for a run that is no verdict
 */
export function variantVerdict(
  { summary, checks }: Report,
  withheld: (check: CheckResult) => boolean,
): VariantVerdict {
  if (summary.verdict === 'invalid') {
    throw new ScoreboardError(`the run is no verdict: ${summary.reason ?? 'no reason given'}`);
  }
  const isWithheld = (check: CheckResult): boolean => isOpen(check.outcome) && withheld(check);
  const secrets = checks.filter(isWithheld).map(({ id }) => id);
  const counts: Partial<Record<Area, Partial<Record<Level, Counts>>>> = {};
  const byLevel = (a: CheckResult, b: CheckResult): number =>
    LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level);
  for (const area of AREAS) {
    for (const check of checks.filter((one) => one.area === area).sort(byLevel)) {
      const { level, outcome } = check;
      const ofArea = (counts[area] ??= {});
      ofArea[level] = increment(ofArea[level] ?? NONE, isWithheld(check) ? 'withheld' : MEMBER[outcome]);
    }
  }
  return {
    verdict: summary.verdict,
    counts,
    checks: checks.flatMap((check) => {
      const { id, level, outcome, observed } = check;
      if (!isOpen(outcome) || isWithheld(check)) return [];
      // A rule about every answer names the forged token that broke it first.
      const isTelling = secrets.some((secret) => observed.includes(secret));
      return [{ id, level, outcome, observed: isTelling ? 'withheld' : steady(observed) }];
    }),
  };
}

const MEMBER: Readonly<Record<Outcome, keyof Counts>> = {
  pass: 'passed',
  fail: 'failed',
  'not-testable': 'notTestable',
  'not-applicable': 'notApplicable',
};

/** Neither passed nor beside the point. */
export function isOpen(outcome: Outcome): outcome is 'fail' | 'not-testable' {
  return outcome === 'fail' || outcome === 'not-testable';
}

function increment(counts: Counts, member: keyof Counts): Counts {
  return { ...counts, [member]: counts[member] + 1 };
}

/** Ports, times and how many answers there were differ from run to run. */
function steady(observed: string): string {
  return observed
    .replaceAll(process.cwd(), '.')
    .replaceAll(/\b(127\.0\.0\.1|localhost):\d+/g, '$1')
    .replaceAll(/\b\d+(\.\d+)? ms\b/g, '… ms')
    .replaceAll(/\b\d+\.\d+ s\b/g, '… s')
    .replaceAll(/\b(\d+) of (\d+) answers break it/g, (_, some: string, all: string) =>
      some === all ? 'every answer breaks it' : 'some answers break it',
    );
}

/** All counts of a variant, of one level, together. */
export function totalOf({ counts }: VariantVerdict, level: Level, area?: Area): Counts {
  const chosen = AREAS.filter((one) => area === undefined || one === area).map((one) => counts[one]?.[level]);
  return chosen.reduce<Counts>((sum, each = NONE) => add(sum, each), NONE);
}

function add(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    notTestable: a.notTestable + b.notTestable,
    notApplicable: a.notApplicable + b.notApplicable,
    withheld: a.withheld + b.withheld,
  };
}

/** How many of those that apply and are told have passed, e.g. `46/57`. */
export function score({ passed, failed, notTestable }: Counts): string {
  return `${passed}/${passed + failed + notTestable}`;
}
