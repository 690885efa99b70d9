import type { MockIdpControl } from '../mock-idp/index.ts';
import { startBench, type BenchSetup } from './bench.ts';
import { createTarget } from './http/index.ts';
import type { Launcher } from './launch.ts';
import type { Bench } from './model.ts';

/** A backend that runs already, or what starts one. */
export type Backend =
  | {
      readonly url: string;
      /** The times it was started with, in seconds, where somebody knows. */
      readonly cacheTtl?: number;
      readonly cooldown?: number;
    }
  | { readonly launcher: Launcher };

/** The backend that most checks share. */
export interface SharedBench extends Bench, AsyncDisposable {
  /** Why it cannot answer any more, where it ended by itself. */
  readonly ended: () => string | undefined;
}

/** @throws TargetError where a backend started here does not become ready */
export async function openSharedBench(
  backend: Backend,
  idp: MockIdpControl,
  setup: Omit<BenchSetup, 'idp' | 'launcher'>,
): Promise<SharedBench> {
  const issuer = idp.issuer();
  if ('launcher' in backend) {
    const bench = await startBench({ ...setup, idp: issuer, launcher: backend.launcher });
    return {
      ...bench,
      ended: () => {
        const code = bench.exitCode();
        return code === undefined ? undefined : `it ended with exit code ${code}`;
      },
    };
  }
  // Its keys stay as they are: the backend has them in its cache, and asks again only so often.
  await issuer.clearFaults();
  const target = createTarget(backend.url.replace(/\/$/, ''), { timeoutMs: setup.requestTimeoutMs });
  return {
    target,
    idp: issuer,
    cacheTtl: backend.cacheTtl,
    cooldown: backend.cooldown,
    ended: () => undefined,
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  };
}
