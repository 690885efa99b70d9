import { parentPort } from 'node:worker_threads';
import { pino } from 'pino';
import { type Api, loadSettings, openDatabase, startApi } from '../verifier/service/index.ts';
import type { HostRequest, StartRequest } from './demo-launcher.ts';

/*
 * The worker of `demo`: every reference API of the run, over one embedded database. A process each would load the same
 * modules and start a PostgreSQL two dozen times.
 */
const port = parentPort;
if (port === null) throw new Error('demo-host runs as a worker of the demo');

const database = openDatabase({ onLost: () => undefined });
const apis = new Map<number, Api>();

port.on('message', (request: HostRequest) => {
  void (request.kind === 'start' ? start(request) : stop(request.id));
});

async function start({ id, environment, contract }: StartRequest): Promise<void> {
  const write = (line: string): void => {
    port?.postMessage({ id, kind: 'line', line });
  };
  try {
    const settings = loadSettings({ ...environment, HOST: '127.0.0.1', PORT: '0' });
    const logger = pino({ level: settings.logLevel, base: null }, { write });
    const api = await startApi({ settings, logger, contract, database: await database });
    apis.set(id, api);
    port?.postMessage({ id, kind: 'started', url: api.url });
  } catch (error) {
    write(error instanceof Error ? error.message : String(error));
    port?.postMessage({ id, kind: 'ended' });
  }
}

async function stop(id: number): Promise<void> {
  await apis.get(id)?.[Symbol.asyncDispose]();
  apis.delete(id);
  port?.postMessage({ id, kind: 'ended' });
}
