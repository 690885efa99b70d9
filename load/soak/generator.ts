import { Pool } from 'undici';
import type { Counts, FromGenerator, Generation, ToGenerator } from './messages.ts';

/* The load process: as many requests as the backend takes, of users whose tokens are told to it, and of attackers. */

const [, , url = '', connections = '32'] = process.argv;
const REPORT_EVERY_MS = 1000;
/** One connection in so many is an attacker's: a token with an unknown key may wait for a fetch, and nobody for it. */
const BAD_EVERY = 8;
/** One good request in so many reads from the database. */
const DATABASE_EVERY = 20;
const SHOWN = 10;

let good: readonly Generation[] = [];
let bad: readonly string[] = [];
let stopping = false;
const statuses = { good: new Map<number, number>(), bad: new Map<number, number>() };
let [number, requests, late, wrongs] = [0, 0, 0, 0];
const wrong: string[] = [];

const pool = new Pool(url, { connections: Number(connections), pipelining: 1 });
const say = (message: FromGenerator): void => void process.send?.(message);

async function send(path: string, token: string): Promise<{ status: number; code: string }> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
    const text = await body.text();
    return { status: statusCode, code: statusCode === 200 ? '' : text.slice(0, 200) };
  } catch (error) {
    return { status: 0, code: String(error) };
  }
}

function note(text: string): void {
  wrongs += 1;
  if (wrong.length < SHOWN) wrong.push(`${new Date().toISOString()} ${text}`);
}

async function sendGood(turn: number): Promise<void> {
  const generation = good[turn % good.length];
  const token = generation?.tokens[turn % generation.tokens.length];
  if (generation === undefined || token === undefined) return;
  const path = turn % DATABASE_EVERY === 0 ? `/api/v1/${subOf(token)}/tasks?limit=5` : '/api/v1/me';
  const { status, code } = await send(path, token);
  statuses.good.set(status, (statuses.good.get(status) ?? 0) + 1);
  if (status === 200) return;
  if (status === 401 && Date.now() < generation.knownFrom) late += 1;
  else note(`a good token was answered ${status} ${code}`);
}

async function sendBad(turn: number): Promise<void> {
  const token = bad[turn % bad.length];
  if (token === undefined) return;
  const { status, code } = await send('/api/v1/me', token);
  statuses.bad.set(status, (statuses.bad.get(status) ?? 0) + 1);
  // While the key set cannot be had, an unknown key can only be answered with 503.
  const refused = status === 401 || (status === 503 && code.includes('jwks_unavailable'));
  if (!refused) note(`bad token ${turn % bad.length} was answered ${status} ${code}`);
}

function subOf(token: string): string {
  const [, payload = ''] = token.split('.');
  return encodeURIComponent(
    (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string }).sub,
  );
}

const inFlight = new Set<Promise<void>>();

async function work(worker: number): Promise<void> {
  const sendOne = worker % BAD_EVERY === BAD_EVERY - 1 ? sendBad : sendGood;
  while (!stopping) {
    const sent = sendOne((number += 1));
    inFlight.add(sent);
    await sent;
    inFlight.delete(sent);
    requests += 1;
  }
}

function counts(): Counts {
  const plain = (map: ReadonlyMap<number, number>): Record<string, number> => Object.fromEntries(map);
  return { requests, good: plain(statuses.good), bad: plain(statuses.bad), late, wrong, wrongs };
}

let workers: readonly Promise<void>[] = [];
const reports = setInterval(() => {
  say({ kind: 'counts', counts: counts(), last: false });
}, REPORT_EVERY_MS);

async function take(message: ToGenerator & { kind: 'tokens' }): Promise<void> {
  ({ good, bad } = message);
  await Promise.all(inFlight);
  say({ kind: 'taken' });
  if (workers.length === 0) workers = Array.from({ length: Number(connections) }, (_, index) => work(index));
}

async function stop(): Promise<void> {
  stopping = true;
  clearInterval(reports);
  await Promise.all(workers);
  say({ kind: 'counts', counts: counts(), last: true });
  await pool.close();
  process.disconnect();
}

process.on('message', (message: ToGenerator) => {
  void (message.kind === 'stop' ? stop() : take(message));
});
