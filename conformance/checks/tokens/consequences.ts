import { CANARY, type Forgery } from '../../../mock-idp/index.ts';
import { fail, jsonBody, pass } from '../../finding.ts';
import type { Exchange, Finding, Lab } from '../../model.ts';
import { mentions } from '../identity.ts';
import { sendControl } from '../probes.ts';
import { foreignPathJudges } from './foreign-path.ts';
import type { Judge, SentToken } from './judge.ts';
import { claimsOf, headerOf } from './parts.ts';

const JUDGES: ReadonlyMap<string, Judge> = new Map(
  Object.entries({
    ...foreignPathJudges,
    'claims-forged-reflect': (_, __, { exchange }) =>
      judgeTrace(exchange, 'a claim of the forged token', CANARY),
    'kid-crlf-ansi': (_, __, { exchange, token }) =>
      judgeTrace(exchange, 'the kid', headerOf(token)?.['kid']),
    'jws-utf8-claims': (lab, _, sent) => judgePassedOn(lab, sent),
  } satisfies Readonly<Record<string, Judge>>),
);

/** What the requirement says beyond the verdict on the token itself; `undefined` where that is nothing. */
export async function furtherFinding(
  lab: Lab,
  forgery: Forgery,
  sent: SentToken,
): Promise<Finding | undefined> {
  return JUDGES.get(forgery.requirement)?.(lab, forgery, sent);
}

/** Judges that a text of the token is nowhere in the answer. */
function judgeTrace(exchange: Exchange, what: string, text: unknown): Promise<Finding> {
  const { headers, body } = exchange.response;
  // As it stands, and as JSON escapes it.
  const answer = [...headers.flat(), body, ...textsIn(jsonBody(exchange))];
  const found = typeof text === 'string' && answer.some((part) => part.includes(text));
  const expected = `no trace of ${what} in the answer`;
  return Promise.resolve(found ? fail(expected, 'it is there') : pass(expected, 'none is there'));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Judges that a name comes out as it went in, where the API shows it at all. */
async function judgePassedOn(lab: Lab, { token, exchange }: SentToken): Promise<Finding | undefined> {
  const usual = lab.users.owner.claims['name'];
  const control = await sendControl(lab, lab.operations.primary);
  const name = claimsOf(token)?.['name'];
  if (typeof usual !== 'string' || typeof name !== 'string' || !mentions(control, usual)) return undefined;
  const expected = 'the name of the token in the answer';
  return mentions(exchange, name)
    ? pass(expected, 'it is there', exchange)
    : fail(expected, 'another one is there', exchange);
}
