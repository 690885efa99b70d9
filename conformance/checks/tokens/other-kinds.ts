import type { ForgedToken, Forgery } from '../../../mock-idp/index.ts';
import { expectAccepted } from '../../finding.ts';
import type { Finding, Lab, SampleOperation } from '../../model.ts';
import { isSuccess, labelled, sendAs } from '../probes.ts';
import { subjectOf } from './parts.ts';
import { judgeVerdict } from './verdict.ts';

/**
 * Sends a token to one operation of each further kind, a read and a write of what a user owns: routes are often guarded
 * one by one, and not all alike. That a good token can write is judged once, by `all-routes-guarded`, and not before
 * each token: it would leave a resource behind every time.
 */
export async function judgeOnOtherKinds(
  lab: Lab,
  forgery: Forgery,
  { token }: ForgedToken,
  label: string,
): Promise<readonly Finding[]> {
  const { operations, users } = lab;
  const sub = subjectOf(token);
  // Whoever it names instead, the path is another user's then, and 403 as good an answer.
  if (sub !== undefined && sub !== users.owner.sub) return [];
  const { primary, ownedRead, ownedCreate } = operations;
  const send = async (sample: SampleOperation): Promise<Finding> => {
    const exchange = await lab.target.send(lab.request(sample, { token, label }));
    const finding =
      forgery.verdict === 'accept'
        ? expectAccepted(exchange, { expected: `served (${forgery.defect})` })
        : judgeVerdict(lab, forgery, token, exchange);
    return labelled(finding, `on ${sample.operation.method} ${sample.operation.path}`);
  };
  const findings: Finding[] = [];
  if (forgery.verdict === 'either') return findings;
  if (ownedRead !== undefined && ownedRead !== primary) {
    // Where it refuses good tokens too, other checks say so, and nothing would follow from this one.
    if (!isSuccess(await sendAs(lab, ownedRead, users.owner))) return findings;
    findings.push(await send(ownedRead));
  }
  if (ownedCreate !== undefined && ownedCreate !== primary && forgery.verdict !== 'accept')
    findings.push(await send(ownedCreate));
  return findings;
}
