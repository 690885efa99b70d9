import { Connection } from './connection.ts';
import type { Answer } from './connection.ts';

export interface OfferOptions {
  /** Requests per second. */
  readonly rate: number;
  /** What is measured, in seconds. */
  readonly seconds: number;
  /** What comes before it, at the same rate. */
  readonly settleSeconds: number;
  /** Requests under way at a time, at most. */
  readonly connections: number;
  /** It is given up where requests for so many seconds are due and not sent, or where the last answers take longer. */
  readonly patienceSeconds: number;
}

/** What came of one rate. Latencies in milliseconds, from the moment at which a request was due. */
export interface Offered {
  readonly answered: number;
  /** Answers other than 2xx. */
  readonly refused: number;
  /** Requests whose connection ended without an answer, and why the last of them did. */
  readonly failed: number;
  readonly failure?: string;
  /** Requests that were due and not sent, or not answered in time. */
  readonly dropped: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Offers requests at a rate that does not depend on the answers (an open model), evenly spaced. What a slow answer keeps
 * waiting counts as late, since it was due.
 * @param next the text of the next request
 * @throws Error where no connection can be opened
 */
export async function offer(url: string, next: () => string, options: OfferOptions): Promise<Offered> {
  const run = new Run(new URL(url), next, options);
  try {
    return await run.result;
  } finally {
    run.close();
  }
}

class Run {
  readonly result: Promise<Offered>;
  readonly #options: OfferOptions;
  readonly #url: URL;
  readonly #next: () => string;
  readonly #open = new Set<Connection>();
  /** First in, first out: none rests for so long that the server closes it. */
  readonly #free: Connection[] = [];
  readonly #latencies: number[] = [];
  readonly #total: number;
  #resolve: (offered: Offered) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  #deadline: NodeJS.Timeout | undefined;
  #tick: NodeJS.Timeout | undefined;
  #began = Infinity;
  #sent = 0;
  #answered = 0;
  #refused = 0;
  #failed = 0;
  #failure: string | undefined;
  #over = false;

  constructor(url: URL, next: () => string, options: OfferOptions) {
    [this.#url, this.#next, this.#options] = [url, next, options];
    this.result = new Promise((resolve, reject) => {
      [this.#resolve, this.#reject] = [resolve, reject];
    });
    this.#total = Math.ceil(options.rate * (options.settleSeconds + options.seconds));
    for (let n = 0; n < options.connections; n += 1) this.#connect();
  }

  close(): void {
    this.#over = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#tick);
    for (const connection of this.#open) connection.close();
  }

  #connect(): void {
    const connection = new Connection(this.#url, {
      onOpen: this.#release,
      onAnswer: this.#take,
      onLost: this.#lose,
    });
    this.#open.add(connection);
  }

  readonly #release = (connection: Connection): void => {
    this.#free.push(connection);
    if (this.#began === Infinity && this.#free.length === this.#options.connections) this.#begin();
  };

  #begin(): void {
    const { settleSeconds, seconds, patienceSeconds } = this.#options;
    this.#began = performance.now();
    this.#deadline = setTimeout(this.#finish, (settleSeconds + seconds + patienceSeconds) * 1000);
    this.#pump();
  }

  /** So often that requests come one by one or in small bursts; a loop without rest would be in the way of the kernel's work. */
  readonly #pump = (): void => {
    this.#send();
    if (!this.#over && this.#sent < this.#total) this.#tick = setTimeout(this.#pump, 1);
  };

  #send(): void {
    if (this.#over) return;
    const { rate, patienceSeconds } = this.#options;
    const due = Math.min(this.#total, Math.floor(((performance.now() - this.#began) / 1000) * rate) + 1);
    while (this.#sent < due) {
      const connection = this.#free.shift();
      if (connection === undefined) break;
      connection.send(this.#next(), this.#began + (this.#sent / rate) * 1000);
      this.#sent += 1;
    }
    if (due - this.#sent > Math.max(patienceSeconds * rate, 1)) this.#finish();
  }

  readonly #take = (connection: Connection, { status, closes }: Answer): void => {
    const { due = 0 } = connection;
    connection.due = undefined;
    this.#answered += 1;
    if (status < 200 || status > 299) this.#refused += 1;
    if (due - this.#began >= this.#options.settleSeconds * 1000)
      this.#latencies.push(performance.now() - due);
    if (closes) this.#replace(connection);
    else this.#free.push(connection);
    this.#send();
    if (this.#answered + this.#failed === this.#total) this.#finish();
  };

  /** The server ended a connection, as it may between two requests. */
  readonly #lose = (connection: Connection, reason: string): void => {
    if (this.#began === Infinity) {
      this.#reject(new Error(`No connection to ${this.#url.origin}: ${reason}.`));
      return;
    }
    if (connection.due !== undefined) {
      this.#failed += 1;
      this.#failure = reason;
    }
    const at = this.#free.indexOf(connection);
    if (at !== -1) this.#free.splice(at, 1);
    // A server that is gone for good would be asked for ever.
    if (this.#failed > this.#options.connections) this.#finish();
    else this.#replace(connection);
  };

  #replace(connection: Connection): void {
    connection.close();
    this.#open.delete(connection);
    if (!this.#over) this.#connect();
  }

  readonly #finish = (): void => {
    this.#over = true;
    this.#latencies.sort((one, other) => one - other);
    const at = (share: number): number =>
      this.#latencies[Math.floor(share * (this.#latencies.length - 1))] ?? NaN;
    this.#resolve({
      answered: this.#answered,
      refused: this.#refused,
      failed: this.#failed,
      ...(this.#failure !== undefined && { failure: this.#failure }),
      dropped: this.#total - this.#answered - this.#failed,
      p50: at(0.5),
      p99: at(0.99),
    });
  };
}

/** The first of the limits that a rate broke, in words; `undefined` where it was held. */
export function brokenBy(
  { refused, failed, failure = '', dropped, p99 }: Offered,
  limitMs: number,
): string | undefined {
  if (refused > 0) return `${refused} good tokens were refused`;
  if (failed > 0) return `${failed} requests got no answer: ${failure}`;
  if (dropped > 0) return 'requests were due faster than they were answered';
  // Of no answer at all, p99 is not a number.
  return p99 < limitMs ? undefined : `p99 was ${p99.toFixed(1)} ms`;
}
