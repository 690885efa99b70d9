import { expectAccepted, fail, identities, jsonBody } from '../finding.ts';
import { ownerIdOf } from '../lab.ts';
import type { Exchange, Finding, Lab, Principal } from '../model.ts';

/**
 * Judges an answer that must be a success and show nobody but this user. An API whose answers name nobody is judged by
 * the status, and by its not naming the other user of the suite anywhere in the body. Where resources belong to an
 * organisation, its id names the user as well as `sub` does.
 */
export function acceptedAs(lab: Lab, exchange: Exchange, user: Principal): Finding {
  const { owner, other } = lab.users;
  const own = namesOf(lab, user);
  const stranger = [owner, other].find(({ sub }) => sub !== user.sub);
  const foreign =
    stranger && namesOf(lab, stranger).find((name) => !own.includes(name) && mentions(exchange, name));
  if (foreign !== undefined) {
    return fail(
      `accepted with the identity of ${user.sub}`,
      `answered ${exchange.response.status} with the identity of ${foreign}`,
      exchange,
    );
  }
  const byOrganisation = identities(exchange).every((name) => name !== user.sub && own.includes(name));
  return expectAccepted(exchange, byOrganisation ? {} : { sub: user.sub });
}

/** What an answer may call a user: their `sub`, and the id by which they own resources. */
function namesOf({ operations: { ownedRead } }: Lab, user: Principal): readonly string[] {
  return ownedRead === undefined ? [user.sub] : [user.sub, ownerIdOf(ownedRead, user)];
}

/** Whether a JSON answer holds this value as a member or entry, at any depth. Numbers count by their digits. */
export function mentions(exchange: Exchange, value: string): boolean {
  const visit = (node: unknown): boolean => {
    if (typeof node === 'object' && node !== null) return Object.values(node).some(visit);
    return (typeof node === 'string' || typeof node === 'number') && String(node) === value;
  };
  return visit(jsonBody(exchange));
}
