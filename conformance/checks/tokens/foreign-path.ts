import { expectRefused } from '../../finding.ts';
import { ownerIdOf } from '../../lab.ts';
import type { Finding, Lab, Principal } from '../../model.ts';
import { foreignStatus } from '../foreign-status.ts';
import type { Judge } from './judge.ts';
import { claimsOf, subjectOf } from './parts.ts';

/** Whose path a token must not open; `undefined` where its own sub is that user's. */
type Victim = (lab: Lab, sub: string) => Principal | undefined;

const VICTIMS: Readonly<Record<string, Victim>> = {
  'claim-admin-ignored': other,
  'claim-email-spoof': other,
  'claim-id-spoof': other,
  'claim-user-spoof': other,
  'sub-whitespace': owner,
  'sub-case': owner,
  'sub-unicode-normal-form': otherNormalForm,
  'sub-numeric-lookalike': (lab) => named(lab, '1'),
};

/** By requirement: the token is sent to another user's path as well, which it must not open. */
export const foreignPathJudges: Readonly<Record<string, Judge>> = Object.fromEntries(
  Object.entries(VICTIMS).map(([id, victimOf]): [string, Judge] => [
    id,
    async (lab, { verdict }, { token, label }): Promise<Finding | undefined> => {
      const victim = victimOf(lab, subjectOf(token) ?? '');
      const { ownedRead } = lab.operations;
      if (victim === undefined || ownedRead === undefined) return undefined;
      // Where another claim than the forged one names the owner, the token may still be that owner's.
      const claim = ownedRead.operation.owner?.claim ?? 'sub';
      if (claim !== 'sub' && claimsOf(token)?.[claim] === ownerIdOf(ownedRead, victim)) return undefined;
      const exchange = await lab.target.send(lab.request(ownedRead, { as: victim, token, label }));
      // A token that may be refused altogether may be refused here too.
      const status = [...foreignStatus(lab), ...(verdict === 'accept' ? [] : [401])];
      const expected = `${ownedRead.operation.id} of ${victim.sub} refused with ${status.join(' or ')}`;
      return expectRefused(exchange, { status, expected });
    },
  ]),
);

function other({ users }: Lab): Principal {
  return users.other;
}

function owner({ users }: Lab): Principal {
  return users.owner;
}

function otherNormalForm(lab: Lab, sub: string): Principal | undefined {
  const twin = ['NFC', 'NFD'].map((form) => sub.normalize(form)).find((text) => text !== sub);
  return twin === undefined ? undefined : named(lab, twin);
}

/** A user by an identifier, whichever claim the contract takes it from. */
function named({ operations }: Lab, id: string): Principal {
  const claim = operations.ownedRead?.operation.owner?.claim ?? 'sub';
  return { sub: id, claims: { [claim]: id } };
}
