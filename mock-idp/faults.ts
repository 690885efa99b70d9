import type { Fault, FaultAction, FaultEndpoint } from './control.ts';

interface Standing {
  readonly fault: Fault;
  /** The key set as it was when the fault was set, as JSON; empty where no action replays it. */
  readonly snapshot: string;
  served: number;
}

/** What each endpoint of one issuer does instead of answering well. */
export class Faults {
  readonly #standing = new Map<FaultEndpoint, Standing>();

  /** A later fault for the same endpoint replaces the earlier one. */
  set(fault: Fault, snapshot: string): void {
    this.#standing.set(fault.endpoint, { fault, snapshot, served: 0 });
  }

  /** The action for one more request. `stale` comes with the key set to replay. */
  next(endpoint: FaultEndpoint): { readonly action: FaultAction; readonly snapshot: string } {
    const standing = this.#standing.get(endpoint);
    if (standing === undefined) return WELL;
    const { fault, snapshot, served } = standing;
    const { actions, times } = fault;
    standing.served += 1;
    if (times !== undefined && standing.served >= times * actions.length) this.#standing.delete(endpoint);
    const index = times === undefined ? Math.min(served, actions.length - 1) : served % actions.length;
    return { action: actions[index] ?? WELL.action, snapshot };
  }

  clear(): void {
    this.#standing.clear();
  }
}

const WELL = { action: { kind: 'ok' }, snapshot: '' } as const;
