import type {
  BatchRequest,
  Fault,
  ForgedToken,
  ForgeRequest,
  IssuerControl,
  IssuerInfo,
  IssuerSettings,
  JournalEntry,
  JournalFilter,
  KeyChange,
  KeyInfo,
  MintedToken,
  MintRequest,
} from './control.ts';
import type { ControlClient } from './control-client.ts';
import { MockIdpError } from './errors.ts';

/** Kept below the time after which `fetch` gives up on a silent server (undici: 300 s). */
const LONGEST_POLL_MS = 240_000;

type Known = Pick<IssuerInfo, 'issuer' | 'jwksUrl' | 'audience'>;

/** An issuer of a server that runs elsewhere. */
export class RemoteIssuer implements IssuerControl {
  #known: Known;
  readonly #client: ControlClient;

  constructor(known: Known, client: ControlClient) {
    this.#known = known;
    this.#client = client;
  }

  get issuer(): string {
    return this.#known.issuer;
  }

  get jwksUrl(): string {
    return this.#known.jwksUrl;
  }

  get audience(): string {
    return this.#known.audience;
  }

  async configure(settings: IssuerSettings): Promise<IssuerInfo> {
    const info = (await this.#client.send('POST', '/settings', settings)) as IssuerInfo;
    this.#known = info;
    return info;
  }

  async mint(request: MintRequest = {}): Promise<MintedToken> {
    return (await this.#client.send('POST', '/mint', request)) as MintedToken;
  }

  mintMany(request: BatchRequest): AsyncIterable<MintedToken> {
    return this.#client.lines('/mint', request) as AsyncIterable<MintedToken>;
  }

  async forge(name: string, request: ForgeRequest = {}): Promise<readonly ForgedToken[]> {
    const { tokens } = (await this.#client.send('POST', '/forge', { ...request, name })) as {
      tokens: readonly ForgedToken[];
    };
    return tokens;
  }

  async keys(): Promise<readonly KeyInfo[]> {
    return ringOf(await this.#client.send('GET', '/keys'));
  }

  async changeKeys(change: KeyChange): Promise<readonly KeyInfo[]> {
    return ringOf(await this.#client.send('POST', '/keys', change));
  }

  async fault(fault: Fault): Promise<void> {
    await this.#client.send('POST', '/faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.#client.send('DELETE', '/faults');
  }

  async journal(filter: JournalFilter = {}): Promise<readonly JournalEntry[]> {
    return entriesOf(await this.#client.send('GET', `/journal${queryOf(filter)}`));
  }

  async clearJournal(): Promise<void> {
    await this.#client.send('DELETE', '/journal');
  }

  async waitFor(
    filter: JournalFilter & { readonly count: number; readonly timeoutMs: number },
  ): Promise<readonly JournalEntry[]> {
    const deadline = Date.now() + filter.timeoutMs;
    for (;;) {
      const left = Math.max(0, deadline - Date.now());
      const timeoutMs = left > LONGEST_POLL_MS ? LONGEST_POLL_MS : filter.timeoutMs;
      try {
        return entriesOf(await this.#client.send('GET', `/journal/wait${queryOf({ ...filter, timeoutMs })}`));
      } catch (error) {
        const timedOut = error instanceof MockIdpError && error.code === 'journal_timeout';
        if (!timedOut || left <= LONGEST_POLL_MS) throw error;
      }
    }
  }

  async reset(): Promise<void> {
    await this.#client.send('POST', '/reset');
    this.#known = (await this.#client.send('GET', '/info')) as IssuerInfo;
  }
}

function queryOf(filter: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) query.set(name, String(value));
  return `?${query.toString()}`;
}

function ringOf(answer: unknown): readonly KeyInfo[] {
  return (answer as { readonly keys: readonly KeyInfo[] }).keys;
}

function entriesOf(answer: unknown): readonly JournalEntry[] {
  return (answer as { readonly entries: readonly JournalEntry[] }).entries;
}
