import type { JournalEntry, KeyInfo } from '../mock-idp/index.ts';
import type { Contract } from '../spec/index.ts';
import type { Finding, SampleOperations, Settings } from './model.ts';
import type { RecordedExchange } from './recorder.ts';

/** A rule about every answer of a run, judged once at its end. */
export interface Invariant {
  /** Id of the requirement it judges. */
  readonly id: string;
  readonly judge: (evidence: Evidence) => Finding;
}

/** What a whole run has left behind. */
export interface Evidence {
  /** Every exchange, in the order of the answers. */
  readonly exchanges: readonly RecordedExchange[];
  /** What the backends asked of their issuers. */
  readonly calls: readonly JournalEntry[];
  /** The issuer that the shared backend trusts, and its keys. */
  readonly issuer: { readonly url: string; readonly keys: readonly KeyInfo[] };
  readonly contract: Contract;
  /** What stands before the paths of the contract, without a trailing slash. */
  readonly basePath: string;
  readonly operations: SampleOperations;
  readonly settings: Settings;
}
