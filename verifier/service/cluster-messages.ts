import type { MetricObject } from 'prom-client';

/** What a worker says to the primary process. */
export type FromWorker =
  | { readonly kind: 'listening'; readonly url: string }
  /** It cannot start, for these reasons. */
  | { readonly kind: 'failed'; readonly problems: readonly string[] }
  /** Somebody asked it for `/metrics`. */
  | { readonly kind: 'ask-metrics'; readonly id: number }
  /** Its own metrics, as it was asked for. */
  | { readonly kind: 'own-metrics'; readonly id: number; readonly metrics: readonly MetricObject[] };

/** What the primary process says to a worker. */
export type ToWorker =
  | { readonly kind: 'stop' }
  | { readonly kind: 'send-metrics'; readonly id: number }
  /** The metrics of all workers together, in the text format. */
  | { readonly kind: 'all-metrics'; readonly id: number; readonly text: string };
