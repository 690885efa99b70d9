import { allOf, identities, notApplicable } from '../../finding.ts';
import { goodToken, ownerIdOf } from '../../lab.ts';
import type { Check, Finding, Lab, Principal } from '../../model.ts';
import { isSuccess, judgeEach, labelled, type Probe, sendAs } from '../probes.ts';
import { expectClosed, type ForeignRead, foreignReadCheck } from './foreign-read.ts';
import { ownerPath } from './owner-path.ts';

const CLOSED = [403, 404];
/** A strict parser may refuse the id as such before anybody asks whose it is. */
const CLOSED_OR_MALFORMED = [400, ...CLOSED];
/** A user made up by the check may be unknown to the backend, which is a refusal of its own kind. */
const CLOSED_TO_NEW_USER = [401, 403, 404];

/** Ids that resemble another one, or look as if they meant more than themselves. */
export const idChecks: readonly Check[] = [
  foreignReadCheck('id-prefix', async (lab, read) => {
    const id = ownerIdOf(read.sample, read.victim);
    const plain = encodeURIComponent(id);
    const shorter = encodeURIComponent(id.slice(0, -1));
    return allOf([
      await tryIds(lab, read, [`${plain}0`, shorter, `${plain}%25`, `${shorter}_`]),
      await tryUsers(lab, read, [`${id}0`, id.slice(0, -1)]),
    ]);
  }),
  foreignReadCheck('id-case', async (lab, read) => {
    const id = ownerIdOf(read.sample, read.victim);
    const others = [id.toUpperCase(), id.toLowerCase(), id.charAt(0).toUpperCase() + id.slice(1)].filter(
      (form) => form !== id,
    );
    if (others.length === 0) return notApplicable('the ids of the users have no letters');
    return allOf([
      await tryIds(lab, read, others.map(encodeURIComponent)),
      await tryUsers(lab, read, others),
    ]);
  }),
  foreignReadCheck('id-numeric-forms', (lab, read) =>
    withNewUser(lab, read, '7', (user) =>
      tryIds(lab, { ...read, victim: user }, ['07', '7.0', '7e0', '0x7', '+7', '%207', '7%20']),
    ),
  ),
  foreignReadCheck('id-uuid-forms', (lab, read) => {
    const uuid = '9a7b3c1d-5e2f-4a68-b0c4-d1e2f3a4b5c6';
    const bare = uuid.replaceAll('-', '');
    const forms = [uuid.toUpperCase(), bare, `%7B${uuid}%7D`, `urn:uuid:${uuid}`];
    return withNewUser(lab, read, uuid, async (user) => {
      const token = await goodToken(lab.idp, user);
      return judgeEach(lab, probesOf(lab, read, forms, token), (exchange) =>
        isSuccess(exchange) && identities(exchange).every((identity) => identity === user.sub)
          ? expectClosed(exchange, [exchange.response.status], read)
          : expectClosed(exchange, [400, 403, 404, 422], read),
      );
    });
  }),
  foreignReadCheck('id-wildcards', (lab, read) =>
    tryIds(lab, read, ['*', '%25', '_', 'all', 'null', 'undefined', '0', '-1']),
  ),
  foreignReadCheck('id-list', async (lab, read) => {
    const [own, foreign] = [read.attacker, read.victim].map((user) =>
      encodeURIComponent(ownerIdOf(read.sample, user)),
    ) as [string, string];
    const token = await goodToken(lab.idp, read.attacker);
    const joined = [',', '%2C', '&', ';', '%20', '|'].flatMap((mark) => [
      own + mark + foreign,
      foreign + mark + own,
    ]);
    return judgeEach(lab, probesOf(lab, read, joined, token), (exchange) =>
      expectClosed(exchange, CLOSED_OR_MALFORMED, read),
    );
  }),
  foreignReadCheck('id-me-alias', async (lab, read) => {
    const token = await goodToken(lab.idp, read.attacker);
    return judgeEach(lab, probesOf(lab, read, ['me', 'self', '@me'], token), (exchange) =>
      isSuccess(exchange) && identities(exchange).every((identity) => identity === read.attacker.sub)
        ? expectClosed(exchange, [exchange.response.status], read)
        : expectClosed(exchange, CLOSED, read),
    );
  }),
  foreignReadCheck('id-injection', async (lab, read) => {
    const id = encodeURIComponent(ownerIdOf(read.sample, read.attacker));
    const token = await goodToken(lab.idp, read.attacker);
    const hostile = [
      `${id}'%20OR%20'1'='1`,
      `${id}'--`,
      `${id}%22%20OR%201=1`,
      `${id});SELECT%20pg_sleep(3)--`,
      `${id}%00`,
      `${id}%0a`,
      `${id}%0d%0aX-Injected:%20yes`,
      `%0a${id}`,
      `$%7B7*7%7D`,
    ];
    return judgeEach(lab, probesOf(lab, read, hostile, token), (exchange) =>
      expectClosed(exchange, CLOSED_OR_MALFORMED, read),
    );
  }),
];

/** The attacker's token at each of these ids in turn, and the victim's own, who must find only their exact id open. */
async function tryIds(lab: Lab, read: ForeignRead, ids: readonly string[]): Promise<Finding> {
  const token = await goodToken(lab.idp, read.victim);
  return judgeEach(lab, probesOf(lab, read, ids, token), (exchange) =>
    expectClosed(exchange, CLOSED_OR_MALFORMED, read),
  );
}

/** Users with these ids at the victim's collection. */
async function tryUsers(lab: Lab, read: ForeignRead, ids: readonly string[]): Promise<Finding> {
  const findings: Finding[] = [];
  for (const id of ids) {
    const claim = read.sample.operation.owner?.claim ?? 'sub';
    const { sub, claims } = read.attacker;
    const user = claim === 'sub' ? { sub: id, claims } : { sub, claims: { ...claims, [claim]: id } };
    const token = await goodToken(lab.idp, user);
    const request = lab.request(read.sample, { as: read.victim, token, label: `token of ${id}` });
    const finding = expectClosed(await lab.target.send(request), CLOSED_TO_NEW_USER, read);
    findings.push(labelled(finding, `token of ${id} at ${ownerIdOf(read.sample, read.victim)}`));
  }
  return allOf(findings);
}

function probesOf(
  lab: Lab,
  { sample }: ForeignRead,
  ids: readonly string[],
  token: string,
): readonly Probe[] {
  const request = lab.request(sample, { token, label: 'good token' });
  return ids.map((id) => ({ label: `id ${id}`, request: { ...request, path: ownerPath(lab, sample, id) } }));
}

/** Runs with a user made up for the purpose, where the backend serves users it has not met before. */
async function withNewUser(
  lab: Lab,
  { sample, attacker }: ForeignRead,
  sub: string,
  run: (user: Principal) => Promise<Finding>,
): Promise<Finding> {
  const user: Principal = { sub, claims: attacker.claims };
  const control = await sendAs(lab, sample, user);
  if (isSuccess(control)) return run(user);
  return notApplicable(`a user with the id ${sub} is not served (${control.response.status})`);
}
