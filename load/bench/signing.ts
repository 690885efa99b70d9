import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { MockIdp } from '../../mock-idp/index.ts';

/** RS256 signatures a second, by `crypto.sign` alone, in one worker thread per core. */
export async function rawSigningRate(ms: number): Promise<number> {
  const script = new URL('./sign-worker.ts', import.meta.url);
  const workers = Array.from(
    { length: availableParallelism() },
    () => new Worker(script, { workerData: ms }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const counts = workers.map(async (worker) => {
    worker.postMessage('go');
    const [count] = (await once(worker, 'message')) as [number];
    return count;
  });
  const total = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  return (total / ms) * 1000;
}

/** Tokens a second out of a batch, in this process. */
export async function batchRate(idp: MockIdp, count: number): Promise<number> {
  const startedAt = performance.now();
  let made = 0;
  for await (const { token } of idp.issuer().mintMany({ count, each: { sub: 'user-{n}' } })) {
    if (token !== '') made += 1;
  }
  return (made / (performance.now() - startedAt)) * 1000;
}

/** Tokens a second out of a batch, as NDJSON over HTTP. @throws Error where a line is missing */
export async function batchRateOverHttp(url: string, count: number): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/_mock/mint`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ count, each: { sub: 'user-{n}' } }),
  });
  const lines = (await response.text()).trim().split('\n').length;
  if (lines !== count) throw new Error(`${lines} of ${count} tokens came.`);
  return (count / (performance.now() - startedAt)) * 1000;
}

/** What `openssl speed` reaches on all cores, where it is at hand. */
export async function opensslRate(seconds: number): Promise<number | undefined> {
  const args = [
    'speed',
    '-multi',
    String(availableParallelism()),
    '-seconds',
    String(seconds),
    '-mr',
    'rsa2048',
  ];
  const { stdout } = await promisify(execFile)('openssl', args).catch(() => ({ stdout: '' }));
  // The line of the sum alone begins so; in it are bits, signatures and verifications a second.
  const perSecond = /^\+F2:\d+:2048:([\d.]+):/mu.exec(stdout)?.[1];
  return perSecond === undefined ? undefined : Number(perSecond);
}
