import { setTimeout as pause } from 'node:timers/promises';
import type { Activity, Database } from '../../database/index.ts';

/**
 * Statistics come late and hold what others do, so one request proves nothing. A window sends the same thing over and over:
 * what each request causes rises with their number, what else goes on in the database does not.
 */
export const ROUNDS = 60;
/** From here on a rise is put down to the requests: one per round, and half of them may not have been told of yet. */
export const ENOUGH = ROUNDS / 2;

/** A window is so many times as long as the server may keep things to itself, so that most of it is told at its end. */
const WINDOW = 3;
const SETTLING = 2;
const POLLS = 10;

/** By how much the totals rose in a window. */
export interface Rise {
  /** How long was looked. */
  readonly ms: number;
  readonly transactions: number;
  /** Rows written, or there afterwards and not before, whichever is more. */
  readonly writes: number;
  /** The tables written to, most first. */
  readonly tables: readonly string[];
  /** The statements that ran once per round and more, most first. */
  readonly statements: readonly string[];
}

/**
 * Lets `act` run once per round, spread over the window, and says what rose from before it until the server has told
 * enough, or has had the time to.
 */
export async function riseDuring(
  database: Database,
  isEnough: (rise: Omit<Rise, 'ms'>) => boolean,
  act: (round: number) => Promise<unknown>,
): Promise<Rise> {
  const rows = await database.rows();
  const started = performance.now();
  const before = await database.activity();
  const roundMs = (WINDOW * database.delayMs) / ROUNDS;
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    await act(round);
    await pause(Math.max(0, roundMs - (performance.now() - began)));
  }
  let after = await database.activity();
  for (let poll = 0; poll < POLLS && !isEnough(riseBetween(before, after, {})); poll += 1) {
    await pause((SETTLING * database.delayMs) / POLLS);
    after = await database.activity();
  }
  const ms = performance.now() - started;
  return { ms, ...riseBetween(before, after, gained(rows, await database.rows())) };
}

/** What rose beyond what rises by itself in that time. */
export function beyond(rise: Rise, quiet: Rise): Rise {
  const by = rise.ms / quiet.ms;
  return {
    ...rise,
    transactions: Math.round(rise.transactions - by * quiet.transactions),
    writes: Math.round(rise.writes - by * quiet.writes),
  };
}

function riseBetween(
  before: Activity,
  after: Activity,
  rows: Readonly<Record<string, number>>,
): Omit<Rise, 'ms'> {
  const written = gained(before.writes, after.writes);
  const statements = gained(before.statements, after.statements);
  return {
    transactions: after.transactions - before.transactions,
    writes: Math.max(sum(written), sum(rows)),
    tables: mostFirst({ ...rows, ...written }),
    statements: mostFirst(statements).filter((text) => (statements[text] ?? 0) >= ENOUGH),
  };
}

/** What is not as it was, and by how much. */
function gained(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const changes = Object.entries(after).map(
    ([name, count]) => [name, Math.abs(count - (before[name] ?? 0))] as const,
  );
  return Object.fromEntries(changes.filter(([, change]) => change > 0));
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function mostFirst(counts: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name]) => name);
}
