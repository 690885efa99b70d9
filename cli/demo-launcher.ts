import { dirname } from 'node:path';
import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { LaunchedBackend, Launcher } from '../conformance/index.ts';
import type { Contract } from '../spec/index.ts';

/** What the worker is asked. */
export type HostRequest = StartRequest | { readonly id: number; readonly kind: 'stop' };

export interface StartRequest {
  readonly id: number;
  readonly kind: 'start';
  readonly environment: Readonly<Record<string, string>>;
  readonly contract: Contract;
}

/** What the worker says of one API. */
type HostNews =
  | { readonly id: number; readonly kind: 'started'; readonly url: string }
  | { readonly id: number; readonly kind: 'line'; readonly line: string }
  | { readonly id: number; readonly kind: 'ended' };

/** Nobody listens there; the address of an API that refused to start. */
const NOWHERE = 'http://127.0.0.1:1';

/** Starts reference APIs in a worker thread, with one embedded PostgreSQL for all of them. */
export function startDemoHost(): AsyncDisposable & { launcher(contract: Contract): Launcher } {
  const worker = new Worker(new URL(import.meta.url.replace('demo-launcher', 'demo-host')), {
    env: { ...process.env, ...compileCache() },
  });
  worker.setMaxListeners(0);
  let count = 0;
  return {
    launcher: (contract) => async (environment) => {
      count += 1;
      return launch(worker, { id: count, kind: 'start', environment, contract });
    },
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
}

/** A worker compiles everything anew unless its environment names the cache of the program. */
function compileCache(): Readonly<Record<string, string>> {
  const folder = getCompileCacheDir();
  // The last segment is the version of Node, which Node adds itself.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

async function launch(worker: Worker, request: StartRequest): Promise<LaunchedBackend> {
  const { id } = request;
  const lines: string[] = [];
  let exitCode: number | undefined;
  let stopping = false;
  const hear = (news: HostNews): void => {
    if (news.id !== id) return;
    if (news.kind === 'line') lines.push(news.line.trimEnd());
    if (news.kind === 'ended' && !stopping) exitCode = 1;
  };
  worker.on('message', hear);
  const settled = newsOf(worker, id, ['started', 'ended']);
  worker.postMessage(request);
  const news = await settled;
  return {
    url: news.kind === 'started' ? news.url : NOWHERE,
    exitCode: () => exitCode,
    output: () => lines.slice(-200).join('\n'),
    [Symbol.asyncDispose]: async () => {
      if (stopping) return;
      stopping = true;
      const ended = newsOf(worker, id, ['ended']);
      worker.postMessage({ id, kind: 'stop' } satisfies HostRequest);
      await ended;
      worker.off('message', hear);
    },
  };
}

/** The first of these pieces of news about an API. @throws Error where the worker fails instead */
function newsOf(worker: Worker, id: number, kinds: readonly HostNews['kind'][]): Promise<HostNews> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('message', hear).off('error', fail).off('exit', fail);
    };
    const hear = (news: HostNews): void => {
      if (news.id !== id || !kinds.includes(news.kind)) return;
      settle();
      resolve(news);
    };
    const fail = (cause: unknown): void => {
      settle();
      reject(new Error('the worker of the reference APIs ended', { cause }));
    };
    worker.on('message', hear).on('error', fail).on('exit', fail);
  });
}
