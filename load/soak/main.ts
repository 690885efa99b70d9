import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startMockIdp } from '../../mock-idp/index.ts';
import type { Counts, FromGenerator, FromHost, ToGenerator } from './messages.ts';
import { nextMessage } from './next-message.ts';
import { render, summarize } from './report.ts';
import type { MemorySample } from './report.ts';
import { runStory } from './story.ts';
import type { Chronicle } from './story.ts';

/*
 * `npm run soak -- [--seconds 600] [--report soak.json]`: the reference API in a process of its own, under as much load
 * as one other process makes, while its issuer rotates keys and its key set endpoint fails. Exits with 1 where a good
 * token got anything but 200, a bad one got through, or memory grew.
 */

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, report: { type: 'string' } },
});
const seconds = Number(values.seconds);
if (!(seconds >= 30)) throw new RangeError('--seconds must be a number from 30: less shows no trend');

const TIMES = { cacheTtl: 4, cooldown: 2 };
const SAMPLES = 60;
const resources = new AsyncDisposableStack();
const idp = await startMockIdp();
resources.defer(() => idp[Symbol.asyncDispose]());

function start(
  file: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; execArgv?: string[] },
) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, options);
  child.once('exit', (code, signal) => {
    if (code !== 0) throw new Error(`${file} ended early (${signal ?? code})`);
  });
  return child;
}

const issuer = idp.issuer();
const api = start('host.ts', [], {
  execArgv: ['--expose-gc'],
  env: {
    ...process.env,
    BETTER_AUTH_URL: issuer.issuer,
    JWT_AUDIENCE: issuer.audience,
    HOST: '127.0.0.1',
    PORT: '0',
    JWKS_CACHE_TTL: String(TIMES.cacheTtl),
    JWKS_COOLDOWN: String(TIMES.cooldown),
    JWKS_TIMEOUT: '1',
    JWKS_MAX_STALE: '600',
  },
});
const { url } = await nextMessage<FromHost, 'listening'>(api, 'listening');
const generator = start('generator.ts', [url], {});
let counts: Counts | undefined;
generator.on('message', (message: FromGenerator) => {
  if (message.kind === 'counts') ({ counts } = message);
});
const tell = (message: ToGenerator): void => void generator.send(message);

const end = new AbortController();
const chronicle: Chronicle = { rotations: 0, withdrawals: 0, faults: new Map() };
const story = runStory(issuer, chronicle, {
  ...TIMES,
  signal: end.signal,
  wait: (ms) => sleep(ms, undefined, { signal: end.signal }).catch(() => undefined),
  use: async (good, bad) => {
    const taken = nextMessage<FromGenerator, 'taken'>(generator, 'taken');
    tell({ kind: 'tokens', good, bad });
    await taken;
  },
});

await Promise.race([nextMessage<FromGenerator, 'taken'>(generator, 'taken'), story]);
const samples: MemorySample[] = [];
const began = Date.now();
for (let number = 1; number <= SAMPLES; number += 1) {
  await Promise.race([sleep(Math.max(0, began + (number * seconds * 1000) / SAMPLES - Date.now())), story]);
  const memory = nextMessage<FromHost, 'memory'>(api, 'memory');
  api.send({ kind: 'memory' });
  const { rss, heapUsed, external } = await memory;
  samples.push({ at: Date.now() - began, requests: counts?.requests ?? 0, rss, heapUsed, external });
  if (number % (SAMPLES / 10) === 0) process.stderr.write(`${render.progress(samples)}\n`);
}
end.abort();
await story;
const finished = nextMessage<FromGenerator, 'counts'>(generator, 'counts');
tell({ kind: 'stop' });
await finished;
await once(generator, 'exit');
api.send({ kind: 'stop' });
await once(api, 'exit');
await resources.disposeAsync();

if (counts === undefined) throw new Error('the load process has said nothing');
const summary = summarize({ seconds, counts, chronicle, samples });
process.stdout.write(`${render.summary(summary)}\n`);
if (values.report !== undefined) await writeFile(values.report, `${JSON.stringify(summary, undefined, 2)}\n`);
process.exitCode = summary.problems.length === 0 ? 0 : 1;
