import { expectAccepted, fail, identities, jsonBody } from '../finding.ts';
import type { Exchange, Finding, Lab, Principal } from '../model.ts';

/**
 * Judges an answer that must be a success and show nobody but this user. An API whose answers name nobody is judged by
 * the status, and by its not naming the other user of the suite anywhere in the body.
 */
export function acceptedAs(lab: Lab, exchange: Exchange, user: Principal): Finding {
  const stranger = [lab.users.owner, lab.users.other].find(({ sub }) => sub !== user.sub);
  if (stranger && mentions(exchange, stranger.sub)) {
    return fail(
      `accepted with the identity of ${user.sub}`,
      `answered ${exchange.response.status} with the identity of ${stranger.sub}`,
      exchange,
    );
  }
  return expectAccepted(exchange, identities(exchange).length > 0 ? { sub: user.sub } : {});
}

/** Whether a JSON answer holds this value as a member or entry, at any depth. Numbers count by their digits. */
export function mentions(exchange: Exchange, value: string): boolean {
  const visit = (node: unknown): boolean => {
    if (typeof node === 'object' && node !== null) return Object.values(node).some(visit);
    return (typeof node === 'string' || typeof node === 'number') && String(node) === value;
  };
  return visit(jsonBody(exchange));
}
