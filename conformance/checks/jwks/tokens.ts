import { randomUUID } from 'node:crypto';
import { NotTestable } from '../../finding.ts';
import type { Exchange, Lab } from '../../model.ts';

/** A token as a check sends it, with what the report calls it. */
export interface Labelled {
  readonly label: string;
  readonly token: string;
}

/** The answer of the primary operation to this token. */
export function ask(lab: Lab, { token, label }: Labelled): Promise<Exchange> {
  return lab.target.send(lab.request(lab.operations.primary, { token, label }));
}

/** A token of the owner, good but for the key where that is not published; default: of the active key. */
export async function tokenOf(lab: Lab, label: string, key?: string): Promise<Labelled> {
  const { owner } = lab.users;
  const { token } = await lab.idp.mint({
    claims: { ...owner.claims, sub: owner.sub },
    ...(key !== undefined && { key }),
  });
  return { label, token };
}

/** A token of a key that nobody published, under a kid that nobody ever saw unless given. */
export async function unknownToken(lab: Lab, kid: string = randomUUID()): Promise<Labelled> {
  const { owner } = lab.users;
  const { token } = await lab.idp.mint({
    claims: { ...owner.claims, sub: owner.sub },
    key: 'unpublished',
    header: { kid },
  });
  return { label: 'token of an unknown key', token };
}

/** So many tokens of unknown keys, each with a kid of its own. */
export function unknownTokens(lab: Lab, count: number): Promise<readonly Labelled[]> {
  return Promise.all(Array.from({ length: count }, () => unknownToken(lab)));
}

/** The kid of the key that signs. */
export async function activeKid({ idp }: Lab): Promise<string> {
  const active = (await idp.keys()).find(({ state }) => state === 'active');
  if (active === undefined) throw new NotTestable('the identity provider has no active key');
  return active.kid;
}

/** The kid of a key that is published and does not sign: the second of a fresh ring. */
export async function otherKid({ idp }: Lab): Promise<string> {
  const ring = await idp.keys();
  const other = ring.find(({ state }) => state === 'announced' || state === 'passive');
  if (other !== undefined) return other.kid;
  const announced = (await idp.changeKeys({ story: 'announce' })).at(-1);
  if (announced === undefined) throw new NotTestable('the identity provider announced no key');
  return announced.kid;
}
