/**
 * `npm run bench:breakpoint [-- name …] [--rounds n] [--only cold] [--json path] [--add]`: the highest rate of requests
 * that a server holds on one core at p99 below 10 ms, of the reference API and of every implementation, or of those
 * named. The generator has the other core to itself; its own ceiling is measured first, of a server that does nothing.
 * With `--json`, what the file has of other servers stays, and with `--add` of these, too: rounds of several runs add up.
 */
import { existsSync, readFileSync } from 'node:fs';
import { startMockIdp } from '../../mock-idp/index.ts';
import { breakpointTable, CEILING, mergeOutcome } from './breakpoint-results.ts';
import type { LeftOut, Measured, Results } from './breakpoint-results.ts';
import { KINDS, measureRounds } from './breakpoint-rounds.ts';
import type { Contender } from './breakpoint-rounds.ts';
import { allTargets, chosenTargets, startTarget } from './breakpoint-targets.ts';
import type { Target } from './breakpoint-targets.ts';
import { canPin, pinSelf, startServerProcess } from './pinned.ts';
import { proveServer } from './prove-server.ts';
import { benchOptions, print, printTable, writeFigures } from './report.ts';
import { createTokenSet } from './tokens.ts';
import type { TokenSet } from './tokens.ts';

const SETTINGS = {
  limitMs: 10,
  /** More than any cache of theirs holds, so that a token that comes round again is a new one. */
  distinct: 33_000,
  repeated: 1000,
};
/** A rate is held where it is held for so many seconds, over so many connections. */
const STEP = { seconds: 2, settleSeconds: 0.5, connections: 64, patienceSeconds: 0.5 };

type Running = Contender & Pick<Target, 'language' | 'variant'> & { readonly close: () => Promise<void> };

const { json, rounds, names, only, add } = benchOptions(3, { merges: true });
const kinds = KINDS.filter((kind) => only === undefined || only === kind);
if (kinds.length === 0) throw new TypeError(`--only must be one of ${KINDS.join(', ')}`);
const targets = chosenTargets(allTargets(), names);
const pinned = canPin();
if (!pinned) print('Processes cannot be bound to a core here: generator and server take from each other.');

// The servers are ended with this process, which a signal would end without a word to them.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
// Each server that is started listens for the end of this process.
process.setMaxListeners(process.getMaxListeners() + targets.length);
const idp = await startMockIdp();
const running: Running[] = [];
const leftOut: LeftOut[] = [];
let measured: readonly Measured[];
try {
  const tokens = await createTokenSet(idp, SETTINGS.distinct);
  const fixed = await startServerProcess(['fixed answer'], pinned);
  running.push({
    ...{ name: CEILING, language: '', variant: '' },
    url: fixed.url,
    blind: true,
    close: () => fixed.close(),
  });
  for (const target of targets) await start(target, tokens);
  // Not before, since what is built takes every core.
  if (pinned) pinSelf();
  const rates = await measureRounds(running, {
    ...{ ...SETTINGS, rounds, kinds, step: STEP, good: tokens.good },
    onTurn: ({ name }, kind, { rate, reason }) => {
      print(`${name}, ${kind}: ${Math.round(rate)}/s; above, ${reason}`);
    },
  });
  const ceiling = rates[0]?.cold ?? [];
  measured = running.map(({ name, language, variant }, index) => {
    const { cold = [], repeated = [] } = rates[index] ?? {};
    return { name, language, variant, cold, repeated, ceiling };
  });
} finally {
  await Promise.all(running.map(({ close }) => close()));
  await idp.close();
}

const outcome = { measured, leftOut };
print(
  `GET /api/v1/me; Node ${process.version}; highest rate at p99 < ${SETTINGS.limitMs} ms, ${rounds} rounds: median (lowest–highest)`,
);
printTable(breakpointTable(outcome));
const before =
  json !== undefined && existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as Results) : undefined;
await writeFigures(json, {
  ...{ bench: 'breakpoint', pinned, ...SETTINGS, ...STEP },
  ...mergeOutcome(before, outcome, { add }),
});

/** Builds, starts and proves a target. Who fails is not measured, which the table says. */
async function start(target: Target, tokens: TokenSet): Promise<void> {
  const { name, language, variant } = target;
  try {
    await target.prepare();
    const server = await startTarget(target, tokens, { good: tokens.good[0] ?? '', pinned });
    const close = async (): Promise<void> => server[Symbol.asyncDispose]();
    try {
      await proveServer('it', server.url, tokens);
    } catch (error) {
      await close();
      throw error;
    }
    running.push({ name, language, variant, url: server.url, close });
  } catch (error) {
    leftOut.push({ name, reason: (error as Error).message });
  }
}
