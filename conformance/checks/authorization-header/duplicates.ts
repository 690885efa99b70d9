import { allOf, expectRefused, fail, identities, observedAnswer, pass } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab, SampleOperation } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, judgeEach, labelled, type Probe, sendControl } from '../probes.ts';
import { badCredentials } from '../bad-credentials.ts';
import { goodToken } from '../../lab.ts';
import { authorization } from './edits.ts';

/** Two Authorization lines in one request; the field is no list (RFC 9110 §5.3), so no reading of both is right. */
export const duplicateChecks: readonly Check[] = [
  { id: 'auth-dup-good-bad', runs: 'beside', run: (lab) => refuseTwoLines(lab, 'good first') },
  { id: 'auth-dup-bad-good', runs: 'beside', run: (lab) => refuseTwoLines(lab, 'bad first') },
  { id: 'auth-dup-two-users', runs: 'beside', run: twoUsers },
  {
    id: 'auth-dup-basic-bearer',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const token = await goodToken(lab.idp, lab.users.owner);
      const lines = [() => 'Basic dTpw', (good: string) => `Bearer ${good}`] as const;
      const probes: readonly Probe[] = [
        { label: 'Basic first', request: authorization(...lines)(lab.request(primary, {}), token) },
        {
          label: 'Bearer first',
          request: authorization(lines[1], lines[0])(lab.request(primary, {}), token),
        },
      ];
      return judgeEach(lab, probes, (exchange) =>
        isSuccess(exchange)
          ? acceptedAs(lab, exchange, lab.users.owner)
          : expectRefused(exchange, { status: [400, 401] }),
      );
    },
  },
];

/** A write is tried as well as the reads: a guard may be attached route by route. */
function sampleOf({ primary, ownedRead, ownedCreate }: Lab['operations']): readonly SampleOperation[] {
  return [...new Set([primary, ownedRead, ownedCreate])].filter((sample) => sample !== undefined);
}

async function refuseTwoLines(lab: Lab, order: 'good first' | 'bad first'): Promise<Finding> {
  const good = await goodToken(lab.idp, lab.users.owner);
  const bad = (await badCredentials(lab, lab.users.owner)).filter(({ token }) => token !== undefined);
  const findings: Finding[] = [];
  for (const sample of sampleOf(lab.operations)) {
    await sendControl(lab, sample);
    const probes = bad.map(({ label, token = '' }): Probe => {
      const lines = [() => `Bearer ${good}`, () => `Bearer ${token}`];
      const edit = authorization(...(order === 'good first' ? lines : lines.reverse()));
      const request = edit(lab.request(sample, {}), good);
      return {
        label: `${sample.operation.id}, ${order}, bad is ${label}`,
        request: { ...request, secrets: [...request.secrets, { value: token, label }] },
      };
    });
    findings.push(
      await judgeEach(lab, probes, (exchange) => expectRefused(exchange, { status: [400, 401] })),
    );
  }
  return allOf(findings);
}

async function twoUsers(lab: Lab): Promise<Finding> {
  const { owner, other } = lab.users;
  const { primary, ownedRead } = lab.operations;
  const tokens = { owner: await goodToken(lab.idp, owner), other: await goodToken(lab.idp, other) };
  const orders = [
    { label: 'owner first', lines: [tokens.owner, tokens.other] },
    { label: 'other first', lines: [tokens.other, tokens.owner] },
  ];
  const findings: Finding[] = [];
  for (const { label, lines } of orders) {
    const send = (sample: SampleOperation, as: Lab['users']['owner']): Promise<Exchange> => {
      const request = authorization(...lines.map((token) => () => `Bearer ${token}`))(
        lab.request(sample, { as }),
        '',
      );
      const secrets = lines.map((value) => ({ value, label: 'good token' }));
      return lab.target.send({ ...request, secrets });
    };
    const identity = await send(primary, owner);
    const served = new Set(isSuccess(identity) ? identities(identity) : []);
    const paths = ownedRead ? [await send(ownedRead, owner), await send(ownedRead, other)] : [];
    findings.push(labelled(judgeTwoUsers(identity, served, paths, [owner.sub, other.sub]), label));
  }
  return allOf(findings);
}

function judgeTwoUsers(
  identity: Exchange,
  served: Set<string>,
  paths: readonly Exchange[],
  subs: readonly string[],
): Finding {
  const expected = 'not served as two users';
  const faulty = [identity, ...paths].find(({ response }) => response.status >= 500);
  if (faulty) return fail(expected, observedAnswer(faulty), faulty);
  paths.forEach((exchange, at) => {
    if (isSuccess(exchange)) served.add(subs[at] ?? '');
  });
  const decisive = paths.find(isSuccess) ?? identity;
  if (served.size > 1) return fail(expected, `served as ${[...served].join(' and as ')}`, decisive);
  return pass(
    expected,
    served.size === 0 ? observedAnswer(identity) : `served as ${[...served].join()} only`,
    decisive,
  );
}
