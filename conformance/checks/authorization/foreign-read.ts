import { expectRefused, fail, notApplicable } from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Exchange, Finding, Lab, Principal, RequestSpec, SampleOperation } from '../../model.ts';
import { mentions } from '../identity.ts';
import { sendControl } from '../probes.ts';
import { collectionOf, createItem, type Item, shows } from './collection.ts';

/** A victim with something to see, and an attacker with a good token of their own. */
export interface ForeignRead {
  /** The read whose path names its owner. */
  readonly sample: SampleOperation;
  readonly victim: Principal;
  readonly attacker: Principal;
  /** Something the victim owns, where the contract can create it. */
  readonly item: Item | undefined;
  /** The attacker's good token. */
  readonly token: string;
  /** The request for the victim's collection with the attacker's token. */
  readonly attack: RequestSpec;
  /** The same without a token. */
  readonly anonymous: RequestSpec;
}

/**
 * A check of what somebody sees of a victim's collection. Before it runs, the victim and the attacker have both read
 * their own, so that a refusal is one of the right person.
 */
export function foreignReadCheck(
  id: string,
  run: (lab: Lab, read: ForeignRead) => Promise<Finding>,
  runs: Check['runs'] = 'beside',
): Check {
  return {
    id,
    runs,
    run: async (lab) => {
      const read = await openForeignRead(lab);
      return read ? run(lab, read) : notApplicable('the contract has no read whose path names its owner');
    },
  };
}

/** @throws NotTestable where one of the two cannot read their own */
export async function openForeignRead(lab: Lab): Promise<ForeignRead | undefined> {
  const sample = lab.operations.ownedRead;
  if (sample === undefined) return undefined;
  const { owner: victim, other: attacker } = lab.users;
  const item = collectionOf(lab) && (await createItem(lab, victim));
  await sendControl(lab, sample, victim);
  await sendControl(lab, sample, attacker);
  const token = await goodToken(lab.idp, attacker);
  const attack = lab.request(sample, { as: victim, token, label: "other user's token" });
  const anonymous = lab.request(sample, { as: victim });
  return { sample, victim, attacker, item, token, attack, anonymous };
}

/** Judges an answer that must be a refusal with one of these statuses and show nothing of the victim. */
export function expectClosed(
  exchange: Exchange,
  statuses: readonly number[],
  { item, victim }: Pick<ForeignRead, 'item' | 'victim'>,
): Finding {
  const leaked = (item !== undefined && shows(exchange, item)) || mentions(exchange, victim.sub);
  const finding = expectRefused(exchange, { status: statuses });
  return leaked
    ? fail(finding.expected, `answered ${exchange.response.status} with data of ${victim.sub}`, exchange)
    : finding;
}

/** Judges an answer that must not be served: any 3xx or 4xx but 304, and nothing of the victim. */
export function expectNotServed(exchange: Exchange, read: Pick<ForeignRead, 'item' | 'victim'>): Finding {
  const { status } = exchange.response;
  const refused = status >= 300 && status < 500 && status !== 304;
  const closed = expectClosed(exchange, refused ? [status] : [], read);
  return { ...closed, expected: 'not served' };
}
