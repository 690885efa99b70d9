import {
  allOf,
  expectRefused,
  fail,
  NotTestable,
  notApplicable,
  observedAnswer,
  pass,
} from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Finding, Lab, SampleOperation } from '../../model.ts';
import { badCredentials } from '../bad-credentials.ts';
import { judgeEach, labelled, sendAs } from '../probes.ts';
import { collectionOf, createItem, on, snapshot } from './collection.ts';
import { foreignStatus } from '../foreign-status.ts';

/** Error codes that fit each of the bad credentials. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  'no token': ['missing_token'],
  garbage: ['invalid_token'],
  'wrong signature': ['invalid_token'],
  expired: ['token_expired', 'invalid_token'],
};

/** Rules that hold for every operation of the contract, so that one forgotten route is found. */
export const routeChecks: readonly Check[] = [
  {
    id: 'all-routes-guarded',
    runs: 'beside',
    run: async (lab) => {
      const credentials = await badCredentials(lab, lab.users.owner);
      return everyOperation(lab, lab.operations.all, async (sample) => {
        const probes = credentials.map((credential) => ({
          label: credential.label,
          request: lab.request(sample, credential),
        }));
        return judgeEach(lab, probes, (exchange, { label }) =>
          expectRefused(exchange, { codes: CODES[label] ?? [] }),
        );
      });
    },
  },
  {
    id: 'all-routes-cross',
    runs: 'beside',
    run: async (lab) => {
      const owned = lab.operations.all.filter(({ operation }) => operation.owner !== undefined);
      if (owned.length === 0)
        return notApplicable('no operation of the contract names its owner in the path');
      const { owner: victim, other: attacker } = lab.users;
      const token = await goodToken(lab.idp, attacker);
      return everyOperation(lab, owned, async (sample) => {
        const attack = lab.request(sample, { as: victim, token, label: "other user's token" });
        return expectRefused(await lab.target.send(attack), { status: foreignStatus(lab) });
      });
    },
  },
];

/**
 * Judges each operation on an item of the owner's, and then sends it with a good token: a refusal counts where that is
 * not refused. The control comes last, for it may be a DELETE.
 */
async function everyOperation(
  lab: Lab,
  samples: readonly SampleOperation[],
  judge: (sample: SampleOperation) => Promise<Finding>,
): Promise<Finding> {
  const collection = collectionOf(lab);
  const { owner } = lab.users;
  const findings: Finding[] = [];
  for (const sample of samples) {
    const item = collection?.items.includes(sample) ? await createItem(lab, owner) : undefined;
    const before = collection && item && (await snapshot(lab, collection, item));
    const aimed = item ? on(sample, item) : sample;
    const finding = await judge(aimed);
    if (finding.outcome !== 'pass') return labelled(finding, sample.operation.id);
    const after = collection && item && (await snapshot(lab, collection, item));
    if (after !== before) {
      return fail(
        'refused, and the item as it was',
        `${sample.operation.id}: refused, and the item was changed`,
      );
    }
    const control = await sendAs(lab, aimed, owner);
    if ([401, 403].includes(control.response.status)) {
      throw new NotTestable(`${sample.operation.id} with a good token ${observedAnswer(control)}`);
    }
    findings.push(finding);
  }
  const decisive = allOf(findings);
  return pass(decisive.expected, `${decisive.observed}, on ${findings.length} operations`, decisive.exchange);
}
