import type { FaultAction, KeyInfo } from '../../../mock-idp/index.ts';
import type { Lab } from '../../model.ts';

/** What the key set endpoint answers from now on; the journal tells whether anybody got it. */
export async function breakKeySet(
  { idp }: Pick<Lab, 'idp'>,
  ...actions: readonly FaultAction[]
): Promise<void> {
  await idp.fault({ endpoint: 'jwks', actions });
}

/** An answer in JSON, unless the headers say otherwise. */
export function respond(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): FaultAction {
  return { kind: 'respond', status, headers: { 'content-type': 'application/json', ...headers }, body };
}

/** These keys, whatever the ring holds. */
export function keySet(keys: readonly Pick<KeyInfo, 'publicJwk'>[]): FaultAction {
  return respond(200, JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }));
}

export const BROKEN: FaultAction = respond(500, 'upstream broke', { 'content-type': 'text/plain' });
export const EMPTY: FaultAction = respond(200, '{"keys":[]}');
