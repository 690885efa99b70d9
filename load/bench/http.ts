import { startMockIdp } from '../../mock-idp/index.ts';
import { load } from './closed-model.ts';
import type { Load } from './closed-model.ts';
import { meRequests } from './me-requests.ts';
import { canPin, pinSelf, startServerProcess } from './pinned.ts';
import type { ServerProcess } from './pinned.ts';
import { benchOptions, print, printTable, writeFigures } from './report.ts';
import { median } from './rounds.ts';
import { proveServer } from './prove-server.ts';
import { createTokenSet } from './tokens.ts';

/** `npm run bench:http`: the reference API beside express with each peer's middleware, over HTTP. */

/** More than any of the caches holds, so that a token that comes round again is a new one. */
const COLD = 33_000;
const REPEATED = 1000;
const LOAD = { connections: 32, seconds: 1 };
/** A server that rested while the others had their turns has to find its pace again: code that is not called is dropped. */
const WARM_UP = { connections: 32, seconds: 0.5 };
const FIRST_WARM_UP = { connections: 32, seconds: 4 };
const SERVERS = [
  ...['gateproof api', 'express, gateproof'],
  ...['express-oauth2-jwt-bearer', 'express-jwt, jwks-rsa', 'express, jose', 'express, aws-jwt-verify'],
  ...['express, fast-jwt', 'express, fast-jwt with its cache', 'node:http, gateproof'],
  ...['express, no gate', 'fastify, no gate', 'node:http, no gate', 'fixed answer'],
];

interface Contestant {
  readonly name: string;
  readonly server: ServerProcess;
  readonly next: Record<'cold' | 'repeated', () => string>;
  readonly turns: Record<'cold' | 'repeated', Turn[]>;
}

interface Turn extends Load {
  /** Processor time of the server per request. It is told apart even on a machine that is busy with something else. */
  readonly cpuMicros: number;
}

interface Summary {
  readonly requestsPerSecond: MedianAndBest;
  readonly p99: MedianAndBest;
  readonly cpuMicros: number;
}

interface MedianAndBest {
  readonly median: number;
  readonly best: number;
}

const { json, rounds } = benchOptions(8);
const pinned = canPin();
if (pinned) pinSelf();
else print('Processes cannot be bound to a core here: take the figures with more care.');

const idp = await startMockIdp();
const contestants: Contestant[] = [];
try {
  const tokens = await createTokenSet(idp, REPEATED + COLD);
  const { issuer, audience, jwksUrl, good } = tokens;
  for (const name of SERVERS) {
    const server = await startServerProcess([name, JSON.stringify({ issuer, audience, jwksUrl })], pinned);
    const next = {
      cold: meRequests(server.url, good.slice(REPEATED)),
      repeated: meRequests(server.url, good.slice(0, REPEATED)),
    };
    contestants.push({ name, server, next, turns: { cold: [], repeated: [] } });
    if (isGuarded(name)) await proveServer(name, server.url, tokens);
  }
  for (const { server, next } of contestants) await load(server.url, next.repeated, FIRST_WARM_UP);
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of contestants) {
      await load(contestant.server.url, contestant.next.repeated, WARM_UP);
      await takeTurn(contestant);
    }
  }
} finally {
  await Promise.all(contestants.map(({ server }) => server.close()));
  await idp.close();
}

const measured = contestants.map(({ name, turns }) => ({
  name,
  cold: summary(turns.cold),
  repeated: summary(turns.repeated),
}));
print(
  `GET /api/v1/me over ${LOAD.connections} connections; Node ${process.version}; ${rounds} rounds of ${LOAD.seconds} s, median (best)`,
);
printTable([
  ['', ...['cold req/s', 'p99 ms', 'server µs'], ...['repeated req/s', 'p99 ms', 'server µs']],
  ...measured.map(({ name, cold, repeated }) => [name, ...columns(cold), ...columns(repeated)]),
]);
await writeFigures(json, { bench: 'http', rounds, pinned, ...LOAD, measured });

async function takeTurn({ name, server, next, turns }: Contestant): Promise<void> {
  const measure = async (kind: 'cold' | 'repeated'): Promise<Turn> => {
    const before = await server.cpuMs();
    const done = await load(server.url, next[kind], LOAD);
    const cpuMicros = ((await server.cpuMs()) - before) * 1000;
    return { ...done, cpuMicros: cpuMicros / done.requests };
  };
  // Where nobody looks at a token, cold and repeated are the same.
  const cold = isGuarded(name) ? await measure('cold') : undefined;
  const repeated = await measure('repeated');
  turns.cold.push(cold ?? repeated);
  turns.repeated.push(repeated);
}

function isGuarded(name: string): boolean {
  return !name.includes('no gate') && name !== 'fixed answer';
}

function summary(turns: readonly Turn[]): Summary {
  const rates = turns.map(({ requestsPerSecond }) => requestsPerSecond);
  const p99s = turns.map(({ p99 }) => p99);
  return {
    requestsPerSecond: { median: median(rates), best: Math.max(...rates) },
    p99: { median: median(p99s), best: Math.min(...p99s) },
    cpuMicros: median(turns.map(({ cpuMicros }) => cpuMicros)),
  };
}

function columns({ requestsPerSecond, p99, cpuMicros }: Summary): readonly string[] {
  const count = (rate: number): string => Math.round(rate).toLocaleString('en');
  return [
    `${count(requestsPerSecond.median)} (${count(requestsPerSecond.best)})`,
    `${p99.median.toFixed(1)} (${p99.best.toFixed(1)})`,
    cpuMicros.toFixed(0),
  ];
}
