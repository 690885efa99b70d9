import { allOf, expectRefused, fail, headerValues, observedAnswer, pass } from '../../finding.ts';
import { TargetError } from '../../http/index.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Exchange, Finding, Lab, RequestSpec } from '../../model.ts';
import { wronglySigned } from '../bad-credentials.ts';
import { foreignStatus } from '../foreign-status.ts';
import { isSuccess, labelled, sendControl, unknownRoute, withHeaders } from '../probes.ts';
import { rawBytes } from '../raw-bytes.ts';

/** Long enough that it does not arrive together with the head of the request. */
const UPLOAD_BYTES = 200_000;

/** What errors do to the connection they are sent on. */
export const connectionChecks: readonly Check[] = [
  {
    id: 'err-head-no-body',
    runs: 'beside',
    run: async (lab) => {
      const { primary, ownedRead } = lab.operations;
      const { owner, other } = lab.users;
      await sendControl(lab, primary);
      const anonymous = lab.request(primary, {});
      const token = await goodToken(lab.idp, owner);
      const unknown = lab.request(primary, { token, label: 'good token' });
      const findings = [
        labelled(await expectNoBody(lab, anonymous), '401'),
        labelled(await expectNoBody(lab, unknownRoute(unknown)), '404'),
      ];
      if (ownedRead) {
        const foreign = lab.request(ownedRead, { as: other, token, label: "other user's token" });
        findings.push(labelled(await expectNoBody(lab, foreign), String(foreignStatus(lab)[0])));
      }
      const head = await lab.target.send({ ...anonymous, method: 'HEAD' });
      return allOf([...findings, expectSameChallenge(head, await lab.target.send(anonymous))]);
    },
  },
  {
    id: 'err-content-length-ok',
    runs: 'beside',
    run: async (lab) => {
      const { primary, ownedCreate } = lab.operations;
      await sendControl(lab, primary);
      const token = await wronglySigned(lab, lab.users.owner);
      const bad = { token, label: 'wrong signature' };
      const first: (readonly [string, RequestSpec])[] = [
        ['a refused read', lab.request(primary, {})],
        ['a refused read with a bad token', lab.request(primary, bad)],
      ];
      if (ownedCreate) {
        const write = lab.request(ownedCreate, bad);
        const upload = JSON.stringify({ text: 'x'.repeat(UPLOAD_BYTES) });
        first.push(['a refused write', write], ['a refused upload', { ...write, body: upload }]);
      }
      const findings: Finding[] = [];
      for (const [label, request] of first) {
        findings.push(labelled(await expectUsable(lab, request), `after ${label}`));
      }
      return allOf(findings);
    },
  },
];

/** Whatever follows the head of an answer to HEAD is a body that must not be there (RFC 9110 §9.3.2). */
async function expectNoBody(lab: Lab, request: RequestSpec): Promise<Finding> {
  const expected = 'an answer to HEAD without a body';
  const bytes = rawBytes(lab.target, [
    withHeaders({ ...request, method: 'HEAD' }, [['Connection', 'close']]),
  ]);
  try {
    const [head] = await lab.target.sendRaw(bytes, { answers: 2, secrets: request.secrets });
    return head ? pass(expected, observedAnswer(head), head) : fail(expected, 'no answer');
  } catch (error) {
    if (!(error instanceof TargetError) || error.code !== 'protocol') throw error;
    return fail(expected, 'bytes after the head of the answer');
  }
}

function expectSameChallenge(head: Exchange, get: Exchange): Finding {
  const expected = 'the challenge that GET gets';
  const [seen, wanted] = [head, get].map(
    (exchange) => headerValues(exchange, 'www-authenticate').join(', ') || 'none',
  );
  if (head.response.status !== 401) return pass(expected, observedAnswer(head), head);
  return (seen === wanted ? pass : fail)(expected, `HEAD: ${seen ?? ''}; GET: ${wanted ?? ''}`, head);
}

/** A good read right behind a refused request must be answered, unless the refusal said that it closes. */
async function expectUsable(lab: Lab, refused: RequestSpec): Promise<Finding> {
  const expected = 'refused, and the next request on the connection answered';
  const token = await goodToken(lab.idp, lab.users.owner);
  const good = lab.request(lab.operations.primary, { token, label: 'good token' });
  const [first, second] = await lab.target.sendRaw(rawBytes(lab.target, [refused, good]), {
    answers: 2,
    secrets: [...refused.secrets, ...good.secrets],
  });
  if (first === undefined) return fail(expected, 'no answer');
  const refusal = expectRefused(first, { status: [401, 413], codes: [] });
  if (refusal.outcome !== 'pass') return refusal;
  const closes = headerValues(first, 'connection').some((value) => value.toLowerCase() === 'close');
  if (second === undefined) {
    const observed = `${observedAnswer(first)}, ${closes ? 'and said that it closes' : 'then nothing'}`;
    return (closes ? pass : fail)(expected, observed, first);
  }
  const verdict = isSuccess(second) ? pass : fail;
  return verdict(expected, `${observedAnswer(first)}, then ${observedAnswer(second)}`, second);
}
