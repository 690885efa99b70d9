import cluster from 'node:cluster';
import type { Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { FromWorker } from './cluster-messages.ts';
import { collectMetrics, tell } from './cluster-metrics.ts';
import type { Api } from './server.ts';
import { loadSettings } from './settings.ts';
import { StartError } from './start-error.ts';

export interface ClusterOptions {
  /** What `loadSettings` takes; every worker reads it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How many processes; 2 or more. */
  readonly workers: number;
}

/** How soon a worker that ended is replaced: at once would be a busy loop where it cannot start. */
const RESTART_MS = 1000;
/** Longer than a worker gives the requests at hand. */
const STOP_DEADLINE_MS = 15_000;

/**
 * Starts the reference API in several processes that share one address. Each has a key set, a token cache and a pool of
 * connections of its own; `/metrics` of any of them tells of all. A worker that ends is replaced. Once per process.
 * @throws SettingsError
 * @throws StartError where the first worker cannot start, or where there is no database that workers can share
 */
export async function startCluster({ env, workers }: ClusterOptions): Promise<Api> {
  const settings = loadSettings(env);
  if (settings.databaseUrl === undefined) {
    throw new StartError([
      `The database inside the process cannot be shared by ${workers} workers. Set DATABASE_URL, or leave --workers out.`,
    ]);
  }
  const logger = pino({ level: settings.logLevel, base: null }, pino.destination({ sync: false }));
  cluster.setupPrimary({
    exec: fileURLToPath(import.meta.url.replace(/cluster(\.\w+)$/, 'cluster-worker$1')),
    args: [],
  });

  const listening = new Set<Worker>();
  const stopping = new AbortController();
  let asked = 0;

  const fork = (): Worker => {
    const worker = cluster.fork(env);
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'listening') listening.add(worker);
      if (message.kind === 'failed')
        logger.error({ worker: worker.id, problems: message.problems }, 'a worker cannot start');
      if (message.kind !== 'ask-metrics') return;
      const { id } = message;
      void collectMetrics(listening, (asked += 1)).then((text) => {
        tell(worker, { kind: 'all-metrics', id, text });
      });
    });
    worker.once('exit', (code, signal) => {
      const served = listening.delete(worker);
      if (stopping.signal.aborted || !isUp) return;
      logger.error({ worker: worker.id, code, signal, served }, 'a worker ended and is replaced');
      void sleep(RESTART_MS, undefined, { signal: stopping.signal }).then(fork, () => undefined);
    });
    return worker;
  };

  const stop = async (): Promise<void> => {
    stopping.abort();
    const left = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const ended = left.map((worker) => once(worker, 'exit'));
    for (const worker of left) tell(worker, { kind: 'stop' });
    const deadline = setTimeout(() => {
      for (const worker of left) worker.kill('SIGKILL');
    }, STOP_DEADLINE_MS);
    await Promise.all(ended);
    clearTimeout(deadline);
  };

  let isUp = false;
  try {
    // The first one alone brings the schema up to date, and says what is wrong where something is.
    const url = await urlOf(fork());
    await Promise.all(Array.from({ length: workers - 1 }, () => urlOf(fork())));
    isUp = true;
    const pids = Array.from(listening, (worker) => worker.process.pid);
    logger.info({ url, pids }, 'all workers are listening');
    let stopped: Promise<void> | undefined;
    return { url, [Symbol.asyncDispose]: () => (stopped ??= stop()) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where a worker listens. @throws StartError where it does not come to that */
function urlOf(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'listening') resolve(message.url);
      if (message.kind === 'failed') reject(new StartError(message.problems));
    });
    worker.once('exit', (code, signal) => {
      reject(new StartError([`A worker ended before it was listening (${signal || code}).`]));
    });
  });
}
