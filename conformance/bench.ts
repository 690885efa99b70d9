import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { IssuerControl } from '../mock-idp/index.ts';
import type { Contract } from '../spec/index.ts';
import { backendEnvironment } from './environment.ts';
import { createTarget, redact, TargetError } from './http/index.ts';
import type { LaunchedBackend, Launcher } from './launch.ts';
import type { BenchOptions, OwnBench, Settings, Target } from './model.ts';

export interface BenchSetup {
  readonly launcher: Launcher;
  readonly idp: IssuerControl;
  readonly contract: Contract;
  readonly settings: Settings;
  /** How long the backend may take until it is ready, in milliseconds. */
  readonly startTimeoutMs: number;
  /** Deadline of one request, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Gives up waiting. */
  readonly signal: AbortSignal | undefined;
}

const POLL_MS = 25;

/**
 * Starts a backend that trusts an issuer of its own: fresh keys, no faults, empty journal.
 *
 * @throws TargetError where the backend ends or does not answer in time; the message has its last words
 */
export async function startBench(setup: BenchSetup, options: BenchOptions = {}): Promise<OwnBench> {
  const { idp, settings } = setup;
  await idp.reset();
  await options.prepare?.(idp);
  const launched = await setup.launcher(backendEnvironment(idp, settings, options));
  const backend = { ...launched, output: () => redact(launched.output()) };
  const target = createTarget(backend.url, { timeoutMs: setup.requestTimeoutMs });
  const bench: OwnBench = {
    target,
    idp,
    cacheTtl: options.cacheTtl ?? 3600,
    cooldown: options.cooldown ?? 30,
    exitCode: backend.exitCode,
    output: backend.output,
    [Symbol.asyncDispose]: async () => {
      await target[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
    },
  };
  try {
    await waitForBackend(backend, setup, options.until ?? 'ready');
    return bench;
  } catch (error) {
    await bench[Symbol.asyncDispose]();
    throw error;
  }
}

async function waitForBackend(
  backend: LaunchedBackend,
  { contract, startTimeoutMs, signal }: BenchSetup,
  until: NonNullable<BenchOptions['until']>,
): Promise<void> {
  const probe = createTarget(backend.url, { timeoutMs: 2_000 });
  const health = openPath(contract, /health|alive|ping/i) ?? '/';
  const paths = until === 'ready' ? [openPath(contract, /ready/i) ?? health, health] : [health];
  const deadline = Date.now() + startTimeoutMs;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const code = backend.exitCode();
      if (code !== undefined) {
        if (until === 'exit-or-listening') return;
        throw new TargetError('unreachable', `the backend ended with exit code ${code}${lastWords(backend)}`);
      }
      // A refused connection costs the suite little this way, and while backends start it has many of them.
      const obstacle = (await isListening(backend.url))
        ? await obstacleTo(probe, paths, until === 'ready')
        : `nobody listens at ${backend.url}`;
      if (obstacle === undefined) return;
      if (Date.now() > deadline) {
        const reason = `the backend was not ready within ${startTimeoutMs / 1000} s: ${obstacle}`;
        throw new TargetError('timeout', `${reason}${lastWords(backend)}`);
      }
      await pause(POLL_MS);
    }
  } finally {
    await probe[Symbol.asyncDispose]();
  }
}

function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = net.connect({ host: hostname, port: Number(port) });
    const finish = (listening: boolean): void => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', finish.bind(undefined, true));
    socket.once('error', finish.bind(undefined, false));
  });
}

/**
 * Why the first path that the backend has does not answer: with success where it must be ready, anyhow otherwise.
 * `undefined` where it does.
 */
async function obstacleTo(
  probe: Target,
  paths: readonly string[],
  ready: boolean,
): Promise<string | undefined> {
  const base = new URL(probe.url).pathname.replace(/\/$/, '');
  for (const [at, end] of paths.entries()) {
    const path = base + end;
    try {
      const { response } = await probe.send({ method: 'GET', path, headers: [], secrets: [] });
      // Where the guard comes before the router, what does not exist is 401.
      const absent = response.status >= 400 && response.status < 500;
      // A backend without a readiness endpoint is as ready as it gets once it answers at all.
      if (!ready || response.status < 300 || (absent && at === paths.length - 1)) return undefined;
      if (!absent) return `GET ${path} answered ${response.status}`;
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      return `GET ${path}: ${error.message}`;
    }
  }
  return undefined;
}

function openPath(contract: Contract, pattern: RegExp): string | undefined {
  return contract.operations.find(
    ({ method, path, security }) => method === 'GET' && security.length === 0 && pattern.test(path),
  )?.path;
}

function lastWords(backend: LaunchedBackend): string {
  const lines = backend.output().trim().split('\n').slice(-3).join(' | ');
  return lines === '' ? '; it wrote nothing' : `; its last lines: ${lines.slice(-600)}`;
}
