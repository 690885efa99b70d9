import type { IncomingHttpHeaders } from 'node:http';
import type { FaultEndpoint, JournalEntry, JournalFilter } from './control.ts';
import { MockIdpError } from './errors.ts';

/** What a journal entry can have hit, and a fault can befall, but for `other`. */
export const ENDPOINTS: readonly [FaultEndpoint, ...FaultEndpoint[]] = [
  'jwks',
  'discovery',
  'token',
  'refresh',
  'authorize',
  'revocation',
  'end-session',
  'sign-in',
  'sign-up',
  'session',
  'userinfo',
  'introspection',
];

export type Endpoint = FaultEndpoint | 'other';

/** Requests that are kept. */
export const JOURNAL_CAPACITY = 10_000;
const LONGEST_VALUE = 1024;
const SECRET_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-mock-control-token']);
/** Three base64url segments of which the first begins with `{"`: a token, wherever it stands. */
const TOKEN = /ey[\w-]+\.[\w-]*\.[\w-]*/gu;

interface Waiter {
  readonly notify: () => void;
  readonly cancel: (reason: Error) => void;
}

/** The latest requests to one issuer, oldest first; those beyond the capacity are forgotten. */
export class Journal {
  #entries: JournalEntry[] = [];
  #seq = 0;
  readonly #waiters = new Set<Waiter>();

  /** Remembers a request, secrets redacted. Answers its `seq`. */
  record(entry: Omit<JournalEntry, 'seq' | 'headers'> & { readonly headers: IncomingHttpHeaders }): number {
    this.#seq += 1;
    const { client, kid, path, headers } = entry;
    this.#entries.push({
      ...entry,
      ...(client !== undefined && { client: redact(client) }),
      ...(kid !== undefined && { kid: redact(kid) }),
      seq: this.#seq,
      path: redact(path),
      headers: visible(headers),
    });
    // Trimmed rarely and in bulk: shifting a long array on every request would cost more than the request.
    if (this.#entries.length >= 2 * JOURNAL_CAPACITY) this.#entries = this.#entries.slice(-JOURNAL_CAPACITY);
    for (const waiter of this.#waiters) waiter.notify();
    return this.#seq;
  }

  /** Notes that no complete answer went out after all. */
  dropped(seq: number): void {
    const index = this.#entries.findLastIndex((entry) => entry.seq === seq);
    const entry = this.#entries[index];
    if (entry !== undefined) this.#entries[index] = { ...entry, status: 0 };
  }

  entries(filter: JournalFilter = {}): readonly JournalEntry[] {
    const { after = 0, path, ...equal } = filter;
    const wanted = Object.entries(equal) as readonly (readonly [keyof typeof equal, unknown])[];
    return this.#entries
      .slice(-JOURNAL_CAPACITY)
      .filter(
        (entry) =>
          entry.seq > after &&
          (path === undefined || path === entry.path.split('?', 1)[0]) &&
          wanted.every(([name, value]) => value === undefined || value === entry[name]),
      );
  }

  /** @throws MockIdpError `journal_timeout`, or `closed` where the server ends first. */
  async waitFor(
    wait: JournalFilter & { readonly count: number; readonly timeoutMs: number },
    signal?: AbortSignal,
  ): Promise<readonly JournalEntry[]> {
    const { count, timeoutMs, ...filter } = wait;
    const found = this.entries(filter);
    if (found.length >= count) return found;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#waiters.delete(waiter);
      };
      const cancel = (reason: Error): void => {
        end();
        reject(reason);
      };
      const notify = (): void => {
        const entries = this.entries(filter);
        if (entries.length < count) return;
        end();
        resolve(entries);
      };
      const onAbort = (): void => {
        cancel(new MockIdpError('closed', 'The client went away'));
      };
      const waiter = { notify, cancel };
      const timer = setTimeout(() => {
        cancel(timedOut(wait, this.entries(filter).length));
      }, timeoutMs);
      signal?.addEventListener('abort', onAbort);
      this.#waiters.add(waiter);
    });
  }

  /** Forgets the requests. Numbers go on counting, so that an `after` taken earlier stays right. */
  clear(): void {
    this.#entries = [];
  }

  close(): void {
    const reason = new MockIdpError('closed', 'The mock identity provider was closed');
    for (const waiter of this.#waiters) waiter.cancel(reason);
  }
}

function timedOut(wait: JournalFilter & { count: number; timeoutMs: number }, seen: number): MockIdpError {
  const { count, timeoutMs, endpoint, ...filter } = wait;
  const where = endpoint === undefined ? '' : ` to "${endpoint}"`;
  const which = Object.entries(filter)
    .filter(([name]) => name !== 'after')
    .map(([name, value]) => ` with ${name} "${value}"`);
  return new MockIdpError(
    'journal_timeout',
    `${seen} of ${count} requests${where}${which.join('')} came within ${timeoutMs} ms`,
  );
}

function visible(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (SECRET_HEADERS.has(name)) return [name, '[redacted]'];
      return [name, redact(Array.isArray(value) ? value.join(', ') : (value ?? ''))];
    }),
  );
}

function redact(text: string): string {
  const cut = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  return cut.replace(TOKEN, '[redacted]');
}
