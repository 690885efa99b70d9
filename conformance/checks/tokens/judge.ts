import type { Forgery } from '../../../mock-idp/index.ts';
import type { Exchange, Finding, Lab } from '../../model.ts';

/** A forged token that was sent, and what came of it. */
export interface SentToken {
  readonly token: string;
  readonly label: string;
  readonly exchange: Exchange;
}

export type Judge = (lab: Lab, forgery: Forgery, sent: SentToken) => Promise<Finding | undefined>;
