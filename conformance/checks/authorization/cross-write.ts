import { allOf, expectRefused, fail, notApplicable, observedAnswer, pass } from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Finding, Lab, SampleOperation } from '../../model.ts';
import { mentions } from '../identity.ts';
import { isSuccess, judgeEach, sendAs, sendControl } from '../probes.ts';
import { type Collection, collectionOf, createItem, listOf, marked, on, shows } from './collection.ts';
import { foreignStatus } from '../foreign-status.ts';
import { judgeRefusedWrites } from './refused-writes.ts';

/** Members by which a body could name its owner. */
const OWNER_MEMBERS = ['user_id', 'userId', 'owner_id', 'ownerId', 'owner', 'sub'];

/** Writes to what belongs to another user. */
export const crossWriteChecks: readonly Check[] = [
  crossWrite('cross-post', ({ create }) => [create]),
  crossWrite('cross-put-patch', ({ items }) => withMethod(items, 'PUT', 'PATCH')),
  crossWrite('cross-delete', ({ items }) => withMethod(items, 'DELETE')),
  collectionCheck('cross-nested-id', nestedId),
  collectionCheck('cross-body-owner', bodyOwner),
  collectionCheck('cross-precedence-body', async (lab, { create }) => {
    const { owner, other } = lab.users;
    await sendControl(lab, create, other);
    const token = await goodToken(lab.idp, other);
    const attack = lab.request(create, { as: owner, token, label: "other user's token" });
    const probes = ['{"unfinished": ', '[]', '{}'].map((body) => ({
      label: `body ${body}`,
      request: { ...attack, body },
    }));
    return judgeEach(lab, probes, (exchange) => expectRefused(exchange, { status: foreignStatus(lab) }));
  }),
];

/** A check that needs a collection under an owner. */
function collectionCheck(id: string, run: (lab: Lab, collection: Collection) => Promise<Finding>): Check {
  return {
    id,
    runs: 'beside',
    run: async (lab) => {
      const collection = collectionOf(lab);
      if (collection === undefined) return notApplicable('the contract creates nothing under an owner');
      return run(lab, collection);
    },
  };
}

function crossWrite(id: string, choose: (collection: Collection) => readonly SampleOperation[]): Check {
  return collectionCheck(id, async (lab, collection) => {
    const writes = choose(collection);
    if (writes.length === 0)
      return notApplicable('the contract has no such operation on the items of an owner');
    const { owner: victim, other: attacker } = lab.users;
    const token = await goodToken(lab.idp, attacker);
    return judgeRefusedWrites(lab, collection, {
      victim,
      writes,
      attacks: [
        {
          label: `${attacker.sub} at ${victim.sub}`,
          request: (write) => lab.request(write, { as: victim, token, label: "other user's token" }),
        },
      ],
      judge: (exchange) => expectRefused(exchange, { status: foreignStatus(lab) }),
    });
  });
}

function withMethod(
  samples: readonly SampleOperation[],
  ...methods: readonly string[]
): readonly SampleOperation[] {
  return samples.filter(({ operation }) => methods.includes(operation.method));
}

/** The victim's item under the attacker's own path, by every operation on items. */
async function nestedId(lab: Lab, collection: Collection): Promise<Finding> {
  const { owner: victim, other: attacker } = lab.users;
  const { items } = collection;
  if (items.length === 0) return notApplicable('the contract has no operation on single items');
  const token = await goodToken(lab.idp, attacker);
  const attack = (sample: SampleOperation): ReturnType<Lab['request']> =>
    lab.request(sample, { as: attacker, token, label: "other user's token" });

  const reads = withMethod(items, 'GET');
  const writes = items.filter((sample) => !reads.includes(sample));
  const findings: Finding[] = [];
  for (const read of reads) {
    const item = await createItem(lab, victim);
    await sendControl(lab, on(read, item), victim);
    const exchange = await lab.target.send(attack(on(read, item)));
    const finding = expectRefused(exchange, { status: [403, 404] });
    findings.push(
      shows(exchange, item)
        ? fail(finding.expected, `${observedAnswer(exchange)} and another user's item`, exchange)
        : finding,
    );
  }
  if (writes.length > 0) {
    findings.push(
      await judgeRefusedWrites(lab, collection, {
        victim,
        writes,
        attacks: [{ label: 'item of another user under the own path', request: attack }],
        judge: (exchange) => expectRefused(exchange, { status: [403, 404] }),
      }),
    );
  }
  return allOf(findings);
}

/** The attacker creates under their own path and names the victim in the body. */
async function bodyOwner(lab: Lab, collection: Collection): Promise<Finding> {
  const { owner: victim, other: attacker } = lab.users;
  const expected = 'stored for the caller, or refused';
  const findings: Finding[] = [];
  for (const member of OWNER_MEMBERS) {
    const { sample, mark } = marked(collection.create);
    const body = { ...(sample.body as object), [member]: victim.sub };
    const exchange = await sendAs(lab, { ...sample, body }, attacker);
    const theirs = await listOf(lab, collection, victim);
    if (mentions(theirs, mark)) {
      return fail(expected, `${member}: stored for ${victim.sub}`, exchange);
    }
    if (isSuccess(exchange) && mentions(exchange, victim.sub)) {
      return fail(expected, `${member}: ${observedAnswer(exchange)}`, exchange);
    }
    if (!isSuccess(exchange) && (exchange.response.status < 400 || exchange.response.status >= 500)) {
      return fail(expected, `${member}: ${observedAnswer(exchange)}`, exchange);
    }
    findings.push(pass(expected, observedAnswer(exchange), exchange));
  }
  return allOf(findings);
}
