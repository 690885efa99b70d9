import {
  allOf,
  expectRefused,
  fail,
  headerValues,
  identities,
  NotTestable,
  notApplicable,
  observedAnswer,
  pass,
} from '../../finding.ts';
import type { Check, Exchange, Finding, Lab, Principal, RequestSpec } from '../../model.ts';
import { foreignStatus } from '../foreign-status.ts';
import { inParallel } from '../../parallel.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, labelled, sendControl, withHeaders } from '../probes.ts';
import { goodToken } from '../../lab.ts';
import { rawBytes } from '../raw-bytes.ts';

/** How many requests of two users are sent, and how many of them are under way at a time. */
const CROWD = 500;
const AT_ONCE = 50;

/** Requests that share a connection, a process or a client, and nothing else. */
export const isolationChecks: readonly Check[] = [
  {
    id: 'auth-keepalive-isolation',
    runs: 'alone',
    run: async (lab) => {
      const { primary } = lab.operations;
      const { owner, other } = lab.users;
      await sendControl(lab, primary, owner);
      await sendControl(lab, primary, other);
      // One after the other with nothing beside them, so the pool keeps to one connection.
      const anonymous = lab.request(primary, { as: owner });
      const first = await lab.target.send(await requestOf(lab, owner));
      const second = await lab.target.send(anonymous);
      const third = await lab.target.send(await requestOf(lab, other));
      const fourth = await lab.target.send(anonymous);
      return allOf([
        labelled(acceptedAs(lab, first, owner), 'first user'),
        labelled(expectRefused(second), 'no token after the first user'),
        labelled(acceptedAs(lab, third, other), 'second user'),
        labelled(expectRefused(fourth), 'no token after the second user'),
      ]);
    },
  },
  {
    id: 'auth-pipelining-isolation',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      const { owner, other } = lab.users;
      await sendControl(lab, primary, owner);
      await sendControl(lab, primary, other);
      const requests = [
        await requestOf(lab, owner),
        lab.request(primary, { as: owner }),
        await requestOf(lab, other),
      ];
      const answers = await lab.target.sendRaw(rawBytes(lab.target, requests), {
        answers: requests.length,
        secrets: requests.flatMap(({ secrets }) => secrets),
      });
      const [first, second, third] = answers;
      if (!first || !second || !third) {
        throw new NotTestable(`${answers.length} of 3 pipelined requests were answered`);
      }
      return allOf([
        labelled(acceptedAs(lab, first, owner), 'first in the pipeline'),
        labelled(expectRefused(second), 'second, without a token'),
        labelled(acceptedAs(lab, third, other), 'third, of the other user'),
      ]);
    },
  },
  { id: 'auth-concurrent-isolation', runs: 'alone', run: concurrent },
  {
    id: 'auth-no-session-created',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      const good = await sendControl(lab, primary);
      const cookies = headerValues(good, 'set-cookie');
      const set = cookies.length === 0 ? pass : fail;
      const noCookie = set('no cookie set', `cookies set: ${cookies.length}`, good);
      const pairs = cookies.map((cookie) => cookie.split(';')[0] ?? '');
      const request = lab.request(primary, {});
      const replay = pairs.length === 0 ? request : withHeaders(request, [['Cookie', pairs.join('; ')]]);
      return allOf([noCookie, expectRefused(await lab.target.send(replay))]);
    },
  },
  {
    id: 'auth-chunked-get',
    runs: 'beside',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const request = withHeaders(await requestOf(lab, lab.users.owner), [['Transfer-Encoding', 'chunked']]);
      const exchange = await lab.target.send({ ...request, body: '0\r\n\r\n' });
      if (isSuccess(exchange)) return acceptedAs(lab, exchange, lab.users.owner);
      const verdict = [400, 411].includes(exchange.response.status) ? pass : fail;
      return verdict('served, or refused with 400 or 411', observedAnswer(exchange), exchange);
    },
  },
];

async function requestOf(lab: Lab, user: Principal): Promise<RequestSpec> {
  const token = await goodToken(lab.idp, user);
  return lab.request(lab.operations.primary, { as: user, token, label: `good token of ${user.sub}` });
}

/** A request and what its answer must be, whoever asks at the same time. */
interface Expectation {
  readonly request: RequestSpec;
  readonly judge: (exchange: Exchange) => Finding;
}

async function concurrent(lab: Lab): Promise<Finding> {
  const kinds = (await identityRequests(lab)) ?? (await ownerRequests(lab));
  if (kinds === undefined) return notApplicable('no answer of the API tells one user from another');
  const findings: Finding[] = [];
  const crowd = Array.from({ length: CROWD }, (_, at) => kinds[at % kinds.length]).filter(
    (kind) => kind !== undefined,
  );
  await inParallel(crowd, AT_ONCE, async ({ request, judge }) => {
    findings.push(judge(await lab.target.send(request)));
  });
  const wrong = findings.filter(({ outcome }) => outcome !== 'pass').length;
  return wrong === 0
    ? allOf(findings)
    : labelled(allOf(findings), `${wrong} of ${CROWD} answers wrong, one of them`);
}

/** Each user's own identity; `undefined` where the primary operation names nobody. */
async function identityRequests(lab: Lab): Promise<readonly Expectation[] | undefined> {
  const expectations: Expectation[] = [];
  for (const user of [lab.users.owner, lab.users.other]) {
    const control = await sendControl(lab, lab.operations.primary, user);
    if (identities(control).length === 0) return undefined;
    expectations.push({
      request: await requestOf(lab, user),
      judge: (exchange) => acceptedAs(lab, exchange, user),
    });
  }
  return expectations;
}

/** Each user at each user's path: open to its owner, closed to the other. */
async function ownerRequests(lab: Lab): Promise<readonly Expectation[] | undefined> {
  const { ownedRead } = lab.operations;
  if (ownedRead === undefined) return undefined;
  const expectations: Expectation[] = [];
  for (const user of [lab.users.owner, lab.users.other]) {
    await sendControl(lab, ownedRead, user);
    const token = await goodToken(lab.idp, user);
    for (const as of [lab.users.owner, lab.users.other]) {
      const request = lab.request(ownedRead, { as, token, label: `good token of ${user.sub}` });
      const judge = (exchange: Exchange): Finding =>
        as === user
          ? acceptedAs(lab, exchange, user)
          : expectRefused(exchange, { status: foreignStatus(lab) });
      expectations.push({ request, judge });
    }
  }
  return expectations;
}
