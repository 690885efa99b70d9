import { setTimeout as pause } from 'node:timers/promises';
import type { IssuerControl } from '../mock-idp/index.ts';
import { LoadError } from './errors.ts';
import { atEach, prepareKey, type IssuerReplicas } from './issuer-replicas.ts';
import type { Mark } from './model.ts';
import type { Plan } from './plan.ts';
import { rotateEvery, rotationsOf } from './scenarios.ts';

/** The script sends tokens of a key a second after it was due. */
const LATEST_MS = 900;

/** Something that is done to the issuer, at every server of it, at a time in seconds from the start. */
export interface Disturbance extends Mark {
  readonly run: (issuer: IssuerControl) => Promise<unknown>;
}

/** Makes the keys that a rotation will bring, unpublished until then, so that their tokens can be made beforehand. */
export async function prepareKeys(replicas: IssuerReplicas, plan: Plan): Promise<readonly string[]> {
  if (plan.name !== 'rotation') return [];
  return Promise.all(Array.from({ length: rotationsOf(plan) }, () => prepareKey(replicas)));
}

/** What happens to the issuer in a scenario, in order of time. */
export function disturbances(plan: Plan, kids: readonly string[]): readonly Disturbance[] {
  if (plan.name === 'rotation') {
    return kids.map((kid, at) => ({
      at: (at + 1) * rotateEvery(plan),
      kind: 'rotation',
      label: `key ${at + 1} signs`,
      run: (issuer) => issuer.changeKeys({ story: 'promote', kid }),
    }));
  }
  const part = (share: number): number => Math.round(plan.seconds * share * 10) / 10;
  if (plan.name === 'unknown-kid') {
    const at = Math.max(1, Math.floor(plan.seconds / 3));
    return [{ at, kind: 'flood', label: 'flood begins', run: () => Promise.resolve() }];
  }
  if (plan.name !== 'outage') return [];
  const broken = (
    share: number,
    label: string,
    action: Parameters<IssuerControl['fault']>[0]['actions'][0],
  ) => ({
    ...{ at: part(share), kind: 'fault' as const, label },
    run: (issuer: IssuerControl) => issuer.fault({ endpoint: 'jwks', actions: [action] }),
  });
  return [
    broken(0.2, 'key set answers 503', { kind: 'respond', status: 503 }),
    broken(0.4, 'key set hangs', { kind: 'hang' }),
    broken(0.6, 'key set resets connections', { kind: 'reset' }),
    { at: part(0.8), kind: 'recovery', label: 'key set is well', run: (issuer) => issuer.clearFaults() },
  ];
}

/**
 * Does each when its time has come, and gives what was done and when. Ends early, without complaint, once `signal` is
 * aborted.
 *
 * @throws LoadError `harness` where a key came too late for its tokens
 */
export async function conduct(
  plan: readonly Disturbance[],
  replicas: IssuerReplicas,
  startAt: number,
  signal: AbortSignal,
): Promise<readonly Mark[]> {
  const marks: Mark[] = [];
  for (const { at, kind, label, run } of plan) {
    try {
      await pause(Math.max(0, startAt + at * 1000 - Date.now()), undefined, { signal });
    } catch {
      return marks;
    }
    await atEach(replicas, run);
    const lateMs = Date.now() - startAt - at * 1000;
    if (kind === 'rotation' && lateMs > LATEST_MS) {
      throw new LoadError(
        'harness',
        `${label} ${Math.round(lateMs)} ms too late, when its tokens were under way`,
      );
    }
    marks.push({ at: Math.round((Date.now() - startAt) / 100) / 10, kind, label });
  }
  return marks;
}

/** Undoes what the conductor may have left: faults, and other keys than the one that signed before. */
export async function restore(
  replicas: IssuerReplicas,
  activeKid: string | undefined,
  kids: readonly string[],
): Promise<void> {
  await atEach(replicas, async (issuer) => {
    await issuer.clearFaults();
    if (kids.length === 0 || activeKid === undefined) return;
    await issuer.changeKeys({ story: 'promote', kid: activeKid });
    for (const kid of kids) await issuer.changeKeys({ story: 'withdraw', kid });
  });
}
