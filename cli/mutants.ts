/**
 * `npm run mutants [-- name … | --core | --missing] [--wide] [--write]`: the suite on mutants, the score, and each failing
 * set compared with the one pinned in `conformance/mutants/kill-matrix.json`. Every mutant, or those named, or the core
 * that is tried at every change, or those without a row; each on the checks of its area, or with `--wide` on all that its
 * bug can touch. `--write` pins what they fail, row by row, so a run that is broken off goes on with `--missing`.
 * A tool of the project, not a command of the package.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import {
  type BugName,
  judge,
  type Judgement,
  mutants,
  runOnMutant,
  type Scope,
} from '../conformance/mutants/index.ts';
import { defaultContractPath, loadContract } from '../spec/index.ts';

type Matrix = Record<string, readonly string[]>;
/** Without a name: the unbroken backend. */
interface Job {
  readonly name?: BugName;
  readonly scope: Scope;
}

const MATRIX = new URL('../conformance/mutants/kill-matrix.json', import.meta.url);
const everyName = Object.keys(mutants) as BugName[];

if (process.send === undefined) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      core: { type: 'boolean' },
      missing: { type: 'boolean' },
      wide: { type: 'boolean' },
      write: { type: 'boolean' },
    },
  });
  const unknown = positionals.find((name) => !(name in mutants));
  if (unknown === undefined) process.exitCode = await main(positionals as BugName[], values);
  else {
    console.error(`unknown mutant "${unknown}"`);
    process.exitCode = 2;
  }
} else {
  const contract = await loadContract(defaultContractPath());
  process.on('message', (job: Job) => {
    void judgeOne(job).then((judgement) => process.send?.(judgement));
  });

  async function judgeOne({ name, scope }: Job): Promise<Judgement> {
    const report = await runOnMutant(contract, name, scope);
    if (name !== undefined) return judge(name, report, scope);
    const failed = report.checks.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
    const because = `unbroken: ${report.summary.verdict} ${report.summary.reason ?? ''} ${failed.join(' ')}`;
    return { name: '' as BugName, ran: [], failed, killed: false, because };
  }
}

interface Choice {
  readonly core?: boolean | undefined;
  readonly missing?: boolean | undefined;
  readonly wide?: boolean | undefined;
  readonly write?: boolean | undefined;
}

async function main(named: readonly BugName[], choice: Choice): Promise<number> {
  const { core, missing, wide, write } = choice;
  const matrix = JSON.parse(readFileSync(MATRIX, 'utf8')) as Matrix;
  const chosen = everyName.filter(
    (name) => (!core || 'core' in mutants[name]) && (!missing || !(name in matrix)),
  );
  const names = named.length > 0 ? named : chosen;
  const scope = wide ? 'wide' : 'area';
  const jobs: readonly Job[] = [
    ...(named.length > 0 ? [] : [{ scope } as const]),
    ...names.map((name) => ({ name, scope }) as const),
  ];

  let amiss = 0;
  let killed = 0;
  const complain = (line: string): void => {
    amiss += 1;
    console.log(line);
  };
  await judgeAll(jobs, (judgement, done) => {
    const { name, ran, failed, because } = judgement;
    if (!(name in mutants)) {
      if (failed.length > 0) complain(because);
      return;
    }
    console.log(
      `${String(done).padStart(4)}/${jobs.length} ${judgement.killed ? 'killed' : 'ALIVE '} ${name}`,
    );
    if (!judgement.killed) {
      complain(`     SURVIVED ${name}: ${because}; failed: ${failed.join(' ')}`);
      return;
    }
    killed += 1;
    const row = matrix[name]?.filter((id) => ran.includes(id));
    const moved = row && !write ? difference(row, failed) : '';
    if (moved !== '') complain(`     DRIFTED ${name}: ${moved}`);
    if (write) {
      matrix[name] = failed;
      writeMatrix(matrix);
    }
  });
  for (const twins of twinsIn(matrix)) {
    console.log(`no check tells these apart: ${twins.join(', ')}`);
  }
  const rows = everyName.filter((name) => name in matrix).length;
  console.log(
    `${killed} of ${names.length} mutants killed by their primary check; ${rows} of ${everyName.length} pinned`,
  );
  return amiss === 0 ? 0 : 1;
}

/** One process per core; each judges one mutant after the other. */
async function judgeAll(
  jobs: readonly Job[],
  onJudged: (judgement: Judgement, done: number) => void,
): Promise<void> {
  const queue = jobs.values();
  let done = 0;
  const work = async (): Promise<void> => {
    const child = fork(import.meta.filename);
    for (const job of queue) {
      child.send(job);
      const [judgement] = (await once(child, 'message')) as [Judgement];
      done += 1;
      onJudged(judgement, done);
    }
    child.kill();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

/** Sorted as the bugs are listed, so that a new row moves no other. */
function writeMatrix(matrix: Matrix): void {
  const sorted = Object.fromEntries(
    everyName.flatMap((name) => (matrix[name] ? [[name, matrix[name]]] : [])),
  );
  writeFileSync(MATRIX, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Mutants with the same row. Bugs that differ and cannot be told apart mean a missing check. */
function twinsIn(matrix: Matrix): readonly (readonly string[])[] {
  const byRow: Record<string, string[]> = {};
  for (const [name, row] of Object.entries(matrix)) (byRow[row.join(' ')] ??= []).push(name);
  return Object.values(byRow).filter((names) => names.length > 1);
}

function difference(pinned: readonly string[], seen: readonly string[]): string {
  const gone = pinned.filter((id) => !seen.includes(id)).map((id) => `-${id}`);
  const come = seen.filter((id) => !pinned.includes(id)).map((id) => `+${id}`);
  return [...gone, ...come].join(' ');
}
