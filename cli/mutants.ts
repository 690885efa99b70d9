/**
 * `npm run mutants [-- name … | --all] [--write]`: the suite on the mutants whose failing set is pinned, on the named or
 * on all; the score, and each failing set compared with the pinned one in `conformance/mutants/kill-matrix.json`. A tool of the project, not a command of the package.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type BugName, judge, type Judgement, mutants, runOnMutant } from '../conformance/mutants/index.ts';
import { defaultContractPath, loadContract } from '../spec/index.ts';

const MATRIX = new URL('../conformance/mutants/kill-matrix.json', import.meta.url);
const all = Object.keys(mutants) as BugName[];

if (process.send !== undefined) {
  const contract = await loadContract(defaultContractPath());
  process.on('message', (name: BugName) => {
    void runOnMutant(contract, name).then((report) => process.send?.(judge(name, report)));
  });
} else {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: 'boolean' }, write: { type: 'boolean' } },
  });
  const unknown = positionals.find((name) => !(name in mutants));
  if (unknown === undefined)
    process.exitCode = await main(positionals as BugName[], values.all ?? false, values.write ?? false);
  else {
    console.error(`unknown mutant "${unknown}"`);
    process.exitCode = 2;
  }
}

async function main(chosen: readonly BugName[], everyone: boolean, write: boolean): Promise<number> {
  const unbroken = await runOnMutant(await loadContract(defaultContractPath()));
  const { verdict, reason = '' } = unbroken.summary;
  const wrong = unbroken.checks.filter(({ outcome }) => outcome === 'fail');
  console.log(`unbroken: ${verdict} ${reason}`);
  for (const { id, observed } of wrong) console.log(`  ${id}: ${observed}`);

  const matrix = JSON.parse(readFileSync(MATRIX, 'utf8')) as Record<string, readonly string[]>;
  const pinned = all.filter((name) => matrix[name] !== undefined);
  const names = chosen.length > 0 ? chosen : everyone ? all : pinned;
  const judgements = await judgeAll(names);
  let amiss = wrong.length;
  for (const { name, killed, because, failed } of judgements) {
    const moved = difference(matrix[name] ?? failed, failed);
    const drifted = !write && moved !== '';
    if (!killed || drifted) amiss += 1;
    if (!killed)
      console.log(`SURVIVED ${name}: ${because}${failed.length > 0 ? `; failed: ${failed.join(' ')}` : ''}`);
    if (drifted) console.log(`DRIFTED  ${name}: ${moved}`);
    if (killed) matrix[name] = failed;
  }
  if (write) {
    const sorted = Object.fromEntries(all.flatMap((name) => (matrix[name] ? [[name, matrix[name]]] : [])));
    writeFileSync(MATRIX, `${JSON.stringify(sorted, null, 2)}\n`);
  }
  console.log(
    `${judgements.filter(({ killed }) => killed).length} of ${names.length} mutants killed by their primary check; ${all.length - pinned.length} of ${all.length} not pinned`,
  );
  return amiss === 0 ? 0 : 1;
}

/** One process per core; each judges one mutant after the other. */
async function judgeAll(names: readonly BugName[]): Promise<readonly Judgement[]> {
  const queue = [...names];
  const judgements: Judgement[] = [];
  const work = async (): Promise<void> => {
    const child = fork(import.meta.filename);
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      child.send(name);
      const [judgement] = (await once(child, 'message')) as [Judgement];
      judgements.push(judgement);
      console.log(
        `${String(judgements.length).padStart(4)}/${names.length} ${judgement.killed ? 'killed' : 'ALIVE '} ${name}`,
      );
    }
    child.kill();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return judgements.sort((a, b) => all.indexOf(a.name) - all.indexOf(b.name));
}

function difference(pinned: readonly string[], seen: readonly string[]): string {
  const gone = pinned.filter((id) => !seen.includes(id)).map((id) => `-${id}`);
  const come = seen.filter((id) => !pinned.includes(id)).map((id) => `+${id}`);
  return [...gone, ...come].join(' ');
}
