import type { Call } from './call.ts';
import type {
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
import { MockIdpError } from './errors.ts';

/** Kept below the time after which `fetch` gives up on a silent server (undici: 300 s). */
const LONGEST_POLL_MS = 240_000;

type Known = Pick<IssuerInfo, 'issuer' | 'jwksUrl' | 'audience'>;

/** An issuer of a server that runs elsewhere. */
export class RemoteIssuer implements IssuerControl {
  #known: Known;
  readonly #call: Call;

  constructor(known: Known, call: Call) {
    this.#known = known;
    this.#call = call;
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
    const info = (await this.#call('POST', '/settings', settings)) as IssuerInfo;
    this.#known = info;
    return info;
  }

  async mint(request: MintRequest = {}): Promise<MintedToken> {
    return (await this.#call('POST', '/mint', request)) as MintedToken;
  }

  async forge(name: string, request: ForgeRequest = {}): Promise<readonly ForgedToken[]> {
    const { tokens } = (await this.#call('POST', '/forge', { ...request, name })) as {
      tokens: readonly ForgedToken[];
    };
    return tokens;
  }

  async keys(): Promise<readonly KeyInfo[]> {
    return ringOf(await this.#call('GET', '/keys'));
  }

  async changeKeys(change: KeyChange): Promise<readonly KeyInfo[]> {
    return ringOf(await this.#call('POST', '/keys', change));
  }

  async fault(fault: Fault): Promise<void> {
    await this.#call('POST', '/faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.#call('DELETE', '/faults');
  }

  async journal(filter: JournalFilter = {}): Promise<readonly JournalEntry[]> {
    return entriesOf(await this.#call('GET', `/journal${queryOf(filter)}`));
  }

  async waitFor(
    filter: JournalFilter & { readonly count: number; readonly timeoutMs: number },
  ): Promise<readonly JournalEntry[]> {
    const deadline = Date.now() + filter.timeoutMs;
    for (;;) {
      const left = Math.max(0, deadline - Date.now());
      const timeoutMs = left > LONGEST_POLL_MS ? LONGEST_POLL_MS : filter.timeoutMs;
      try {
        return entriesOf(await this.#call('GET', `/journal/wait${queryOf({ ...filter, timeoutMs })}`));
      } catch (error) {
        const timedOut = error instanceof MockIdpError && error.code === 'journal_timeout';
        if (!timedOut || left <= LONGEST_POLL_MS) throw error;
      }
    }
  }

  async reset(): Promise<void> {
    await this.#call('POST', '/reset');
    this.#known = (await this.#call('GET', '/info')) as IssuerInfo;
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
