import type { FromWorker, ToWorker } from './cluster-messages.ts';
import { shareMetrics } from './cluster-metrics.ts';
import { startApi } from './server.ts';
import type { Api } from './server.ts';
import { loadSettings } from './settings.ts';
import { StartError } from './start-error.ts';

/*
 * One of several processes that serve one address. Ctrl-C reaches all of them at once; only the primary process heeds
 * it and has the others finish. Where that one dies, node:cluster ends the workers.
 */

const say = (message: FromWorker): void => void process.send?.(message);
const starting = startApi({ settings: loadSettings(process.env), shareMetrics });

process.on('SIGINT', () => undefined);
process.once('SIGTERM', () => void stop());
process.on('message', ({ kind }: ToWorker) => {
  if (kind === 'stop') void stop();
});

async function stop(): Promise<void> {
  const api: Api | undefined = await starting.catch(() => undefined);
  await api?.[Symbol.asyncDispose]();
  process.disconnect();
}

try {
  const { url } = await starting;
  say({ kind: 'listening', url });
} catch (error) {
  const problems = error instanceof StartError ? error.problems : [String(error)];
  say({ kind: 'failed', problems });
  process.disconnect();
}
