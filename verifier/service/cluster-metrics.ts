import type { Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import type { MetricObject, Registry } from 'prom-client';
import type { FromWorker, ToWorker } from './cluster-messages.ts';
import type { MetricsSource } from './operations.ts';

/** A worker that has not said what it counted by then is left out, so that a hanging one hides no other. */
const DEADLINE_MS = 2000;

/** For the primary process: the metrics of these workers, added up, in the text format of Prometheus. */
export async function collectMetrics(workers: Iterable<Worker>, id: number): Promise<string> {
  const answers = await Promise.all(Array.from(workers, (worker) => askFor(worker, id)));
  return AggregatorRegistry.aggregate(answers.filter((answer) => answer !== undefined)).metrics();
}

/** For the primary process. That a worker has just ended is no error here: its `exit` tells. */
export function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => undefined);
}

function askFor(worker: Worker, id: number): Promise<MetricObject[] | undefined> {
  return new Promise((resolve) => {
    const settle = (metrics?: readonly MetricObject[]): void => {
      clearTimeout(deadline);
      worker.off('message', hear).off('exit', leave);
      resolve(metrics && [...metrics]);
    };
    const hear = (message: FromWorker): void => {
      if (message.kind === 'own-metrics' && message.id === id) settle(message.metrics);
    };
    const leave = (): void => {
      settle();
    };
    const deadline = setTimeout(settle, DEADLINE_MS);
    worker.on('message', hear).on('exit', leave);
    tell(worker, { kind: 'send-metrics', id });
  });
}

/** For a worker: what `/metrics` answers is what all workers have counted, whichever of them is asked. */
export function shareMetrics(own: Registry): MetricsSource {
  const waiting = new Map<number, (text: string) => void>();
  let count = 0;
  const say = (message: FromWorker): void => void process.send?.(message);
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'all-metrics') {
      waiting.get(message.id)?.(message.text);
      waiting.delete(message.id);
    } else if (message.kind === 'send-metrics') {
      const { id } = message;
      void own.getMetricsAsJSON().then((metrics) => {
        say({ kind: 'own-metrics', id, metrics });
      });
    }
  });
  return {
    contentType: own.contentType,
    metrics: () =>
      new Promise((resolve) => {
        count += 1;
        waiting.set(count, resolve);
        say({ kind: 'ask-metrics', id: count });
      }),
  };
}
