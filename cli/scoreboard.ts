/**
 * `npm run scoreboard [-- name …] [--variant v] [--area a] [--list] [--write] [--check]`: the suite on the implementations of
 * `conformance/implementations`, all or those named; their verdicts, `conformance/SCOREBOARD.md` and the badges are
 * written anew, and what was not run keeps its verdict. With `--area`, only the checks of those areas run, nothing is
 * written, and what differs from the committed verdict is told. `--write` makes scoreboard and badges of the committed
 * verdicts and runs nothing; `--check` says whether they are up to date; `--list` says what there is.
 * A tool of the project, not a command of the package. Exit code: 1 where something is not as committed, 2 for wrong
 * usage, 3 where something could not be built or run.
 */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  boardFiles,
  contradictions,
  differences,
  hasTool,
  type Implementation,
  install,
  loadImplementations,
  mayVary,
  mergeVerdict,
  readVerdict,
  runVariant,
  score,
  ScoreboardError,
  staleFiles,
  totalOf,
  variantVerdict,
  withholds,
  type VariantVerdict,
  withVerdicts,
  writeBoard,
  writeVerdict,
} from '../conformance/scoreboard/index.ts';
import { version } from '../conformance/index.ts';
import type { CheckResult } from '../conformance/index.ts';
import { AREAS, loadRequirements } from '../spec/index.ts';
import { explain, UsageError } from './errors.ts';

const FOLDER = fileURLToPath(new URL('../conformance/', import.meta.url));
const DRIFT = 1;
const NO_VERDICT = 3;

try {
  process.exitCode = await main();
} catch (error) {
  const { message, exitCode } =
    error instanceof ScoreboardError ? { message: error.message, exitCode: 2 } : explain(error);
  console.error(message);
  process.exitCode = exitCode;
}

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  const all = loadImplementations(
    `${FOLDER}implementations/`,
    new Set(loadRequirements().requirements.keys()),
  );
  if (values.list) return list(all);
  if (values.check) return check(all);
  if (!values.write) return run(all, positionals, values);
  report(writeBoard(boardFiles(FOLDER, withVerdicts(all))), 'written');
  return 0;
}

interface Choice {
  readonly variant?: readonly string[];
  readonly area?: readonly string[];
}

function readArguments(): {
  readonly values: Choice & { readonly list?: boolean; readonly check?: boolean; readonly write?: boolean };
  readonly positionals: readonly string[];
} {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        variant: { type: 'string', multiple: true },
        area: { type: 'string', multiple: true },
        list: { type: 'boolean' },
        check: { type: 'boolean' },
        write: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function list(all: readonly Implementation[]): number {
  for (const { manifest } of all) {
    const { name, language, tool, variants } = manifest;
    const there = hasTool(tool) ? '' : `, ${tool} is not there`;
    console.log(`${name} (${language}${there}): ${Object.keys(variants).join(', ')}`);
  }
  return 0;
}

/** Whether scoreboard, badges, manifests and verdicts agree. */
function check(all: readonly Implementation[]): number {
  const stale = staleFiles(boardFiles(FOLDER, withVerdicts(all)));
  const wrong = all.flatMap((implementation) => contradictions(implementation, readVerdict(implementation)));
  report(stale, 'is not what the verdicts give; run "npm run scoreboard -- --write"');
  for (const sentence of wrong) console.log(sentence);
  return stale.length + wrong.length === 0 ? 0 : DRIFT;
}

function report(paths: readonly string[], what: string): void {
  for (const path of paths) console.log(`${relative(process.cwd(), path)}: ${what}`);
}

async function run(
  all: readonly Implementation[],
  names: readonly string[],
  { variant: wanted, area: areas = [] }: Choice,
): Promise<number> {
  const chosen = names.length > 0 ? names.map((name) => named(all, name)) : all;
  const unknownArea = areas.find((area) => !(AREAS as readonly string[]).includes(area));
  if (unknownArea !== undefined) {
    throw new UsageError(`there is no area "${unknownArea}"; the areas are ${AREAS.join(', ')}`);
  }
  const unknownVariant = wanted?.find(
    (variant) => !chosen.some(({ manifest }) => variant in manifest.variants),
  );
  if (unknownVariant !== undefined) throw new UsageError(`none of them has a variant "${unknownVariant}"`);
  const done: string[] = [];
  let exitCode = 0;
  for (const implementation of chosen) {
    const { manifest } = implementation;
    const variants = Object.keys(manifest.variants).filter((one) => wanted?.includes(one) ?? true);
    if (!hasTool(manifest.tool)) {
      console.log(`${manifest.name}: ${manifest.tool} is not there, so its committed verdict stays`);
      if (isRequired(manifest.tool)) exitCode = NO_VERDICT;
      continue;
    }
    try {
      const drifted = await judge(implementation, variants, areas);
      if (drifted) exitCode = Math.max(exitCode, DRIFT);
      done.push(...variants.map((variant) => `${manifest.name} ${variant}`));
    } catch (error) {
      if (!(error instanceof ScoreboardError)) throw error;
      console.log(`${manifest.name}: ${error.message}. Its committed verdict stays.`);
      exitCode = NO_VERDICT;
    }
  }
  if (areas.length === 0) report(writeBoard(boardFiles(FOLDER, withVerdicts(all))), 'written');
  const everything = all.flatMap(({ manifest: { name, variants } }) =>
    Object.keys(variants).map((variant) => `${name} ${variant}`),
  );
  const left = everything.filter((one) => !done.includes(one));
  console.log(`
areas run: ${areas.length === 0 ? 'all' : areas.join(', ')}
run: ${done.join(', ') || 'nothing'}
not run: ${left.join(', ') || 'nothing'}`);
  return exitCode;
}

/** @throws UsageError where there is none of that name */
function named(all: readonly Implementation[], name: string): Implementation {
  const found = all.find(({ manifest }) => manifest.name === name);
  if (found) return found;
  const names = all.map(({ manifest }) => manifest.name).join(', ');
  throw new UsageError(`there is no implementation "${name}"; there are ${names}`);
}

/** `GATEPROOF_REQUIRE` names what may not be missing; Python without the number of its command. */
function isRequired(tool: string): boolean {
  const required = (process.env['GATEPROOF_REQUIRE'] ?? '').split(',');
  return required.includes(tool) || required.includes(tool.replace(/\d+$/, ''));
}

/** Runs the variants; whether they came out otherwise than committed. @throws ScoreboardError */
async function judge(
  implementation: Implementation,
  variants: readonly string[],
  areas: readonly string[],
): Promise<boolean> {
  const { manifest } = implementation;
  let drifted = false;
  await install(implementation);
  for (const variant of variants) {
    const began = performance.now();
    const run = await runVariant(implementation, variant, areas);
    const withheld = withholds(manifest, variant);
    const judged = variantVerdict(run, withheld);
    const committed = readVerdict(implementation);
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(`${manifest.name}, ${variant}: ${inWords(judged)}, in ${seconds} s`);
    if (areas.length === 0) {
      const merged = mergeVerdict(committed, version, manifest, { [variant]: judged });
      writeVerdict(implementation, merged);
      continue;
    }
    const before = committed?.variants[variant];
    const varies = mayVary(manifest, variant);
    const leftOut = (check: CheckResult): boolean => withheld(check) || varies(check);
    const changes = before ? differences(before, run, leftOut) : ['there is no verdict to compare with'];
    for (const change of changes) console.log(`  ${change}`);
    drifted ||= changes.length > 0;
  }
  return drifted;
}

function inWords(verdict: VariantVerdict): string {
  const { withheld } = totalOf(verdict, 'MUST');
  return `MUST ${score(totalOf(verdict, 'MUST'))}${withheld > 0 ? ' and some withheld' : ''}`;
}
