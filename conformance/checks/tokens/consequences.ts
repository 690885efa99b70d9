import { CANARY, type Forgery } from '../../../mock-idp/index.ts';
import { expectRefused, fail, pass } from '../../finding.ts';
import type { Exchange, Finding, Lab, Principal } from '../../model.ts';
import { foreignStatus } from '../foreign-status.ts';
import { subjectOf } from './verdict.ts';

/** A forged token that was sent, and what came of it. */
export interface SentToken {
  readonly token: string;
  readonly label: string;
  readonly exchange: Exchange;
}

/** Whose path a token must not open, by requirement; `undefined` where its own sub is that user's. */
const VICTIMS: ReadonlyMap<string, (lab: Lab, sub: string) => Principal | undefined> = new Map([
  ...['claim-admin-ignored', 'claim-email-spoof', 'claim-id-spoof'].map((id) => [id, other] as const),
  ...['sub-whitespace', 'sub-case'].map((id) => [id, owner] as const),
  ['sub-unicode-normal-form', otherNormalForm] as const,
  ['sub-numeric-lookalike', (lab: Lab) => named(lab, '1')] as const,
]);

/** What the requirement says beyond the verdict on the token itself. */
export async function furtherFinding(
  lab: Lab,
  { requirement, verdict }: Forgery,
  sent: SentToken,
): Promise<Finding | undefined> {
  if (requirement === 'claims-forged-reflect') return judgeReflection(sent.exchange);
  const victim = VICTIMS.get(requirement)?.(lab, subjectOf(sent.token) ?? '');
  const { ownedRead } = lab.operations;
  if (victim === undefined || ownedRead === undefined) return undefined;
  const { token, label } = sent;
  const exchange = await lab.target.send(lab.request(ownedRead, { as: victim, token, label }));
  // A token that may be refused altogether may be refused here too.
  const status = [...foreignStatus(lab), ...(verdict === 'accept' ? [] : [401])];
  const expected = `${ownedRead.operation.id} of ${victim.sub} refused with ${status.join(' or ')}`;
  return expectRefused(exchange, { status, expected });
}

function judgeReflection({ response }: Exchange): Finding {
  const expected = 'no claim of a forged token in the answer';
  const answer = [...response.headers.flat(), response.body].join('\n');
  return answer.includes(CANARY) ? fail(expected, 'a claim of it is there') : pass(expected, 'none is there');
}

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
