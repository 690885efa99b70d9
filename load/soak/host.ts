import { pino } from 'pino';
import { loadSettings, startApi } from '../../verifier/service/index.ts';
import type { FromHost, ToHost } from './messages.ts';

/* The process of the API under load. Runs with `--expose-gc`, so that what counts as memory is what is still needed. */

const api = await startApi({ settings: loadSettings(process.env), logger: pino({ level: 'silent' }) });
const say = (message: FromHost): void => void process.send?.(message);

process.on('message', ({ kind }: ToHost) => {
  if (kind === 'stop') {
    void api[Symbol.asyncDispose]().then(() => {
      process.disconnect();
    });
    return;
  }
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  say({ kind: 'memory', rss, heapUsed, external });
});
say({ kind: 'listening', url: api.url });
