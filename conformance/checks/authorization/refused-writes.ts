import { allOf, fail, NotTestable, observedAnswer } from '../../finding.ts';
import type { Exchange, Finding, Lab, Principal, RequestSpec, SampleOperation } from '../../model.ts';
import { mentions } from '../identity.ts';
import { isSuccess, labelled, sendAs } from '../probes.ts';
import { type Collection, createItem, type Item, listOf, marked, on, snapshot } from './collection.ts';

/** A write that must be refused, aimed at something of the victim. */
export interface WriteAttack {
  readonly label: string;
  /** The request for a write that is already aimed at its item or, for a create, at the victim's collection. */
  readonly request: (write: SampleOperation) => RequestSpec;
}

/**
 * Sends every attack with every write, and proves by the victim's own reading that none changed anything, whatever
 * the answer said: a guard that is not awaited answers 401 and lets the write happen.
 *
 * @throws NotTestable where a good token cannot do what the attacks try
 */
export async function judgeRefusedWrites(
  lab: Lab,
  collection: Collection,
  {
    victim,
    writes,
    attacks,
    judge,
  }: {
    readonly victim: Principal;
    readonly writes: readonly SampleOperation[];
    readonly attacks: readonly WriteAttack[];
    readonly judge: (exchange: Exchange) => Finding;
  },
): Promise<Finding> {
  const findings: Finding[] = [];
  for (const write of writes) {
    const isCreate = write === collection.create;
    await (isCreate ? controlCreate(lab, collection, victim) : controlChange(lab, write, victim));
    for (const attack of attacks) {
      const finding = isCreate
        ? await attackCreate(lab, collection, victim, attack, judge)
        : await attackItem(lab, collection, await createItem(lab, victim), write, attack, judge);
      if (finding.outcome !== 'pass') return labelled(finding, `${write.operation.id}, ${attack.label}`);
      findings.push(finding);
    }
  }
  return allOf(findings);
}

async function attackItem(
  lab: Lab,
  collection: Collection,
  item: Item,
  write: SampleOperation,
  attack: WriteAttack,
  judge: (exchange: Exchange) => Finding,
): Promise<Finding> {
  const before = await snapshot(lab, collection, item);
  if (before === undefined)
    throw new NotTestable(`a new item of ${item.owner.sub} cannot be read by its owner`);
  const exchange = await lab.target.send(attack.request(on(write, item)));
  const after = await snapshot(lab, collection, item);
  if (after === before) return judge(exchange);
  const damage = after === undefined ? 'deleted' : 'changed';
  return fail(
    'refused, and the item as it was',
    `${observedAnswer(exchange)}, and the item was ${damage}`,
    exchange,
  );
}

async function attackCreate(
  lab: Lab,
  collection: Collection,
  victim: Principal,
  attack: WriteAttack,
  judge: (exchange: Exchange) => Finding,
): Promise<Finding> {
  const { sample, mark } = marked(collection.create);
  const exchange = await lab.target.send(attack.request(sample));
  const list = await listOf(lab, collection, victim);
  if (!mentions(list, mark)) return judge(exchange);
  return fail(
    'refused, and nothing created',
    `${observedAnswer(exchange)}, and the item was created`,
    exchange,
  );
}

/** Proves that a good token can create, and that what was created shows in the list. */
async function controlCreate(lab: Lab, collection: Collection, victim: Principal): Promise<void> {
  const { sample, mark } = marked(collection.create);
  const created = await sendAs(lab, sample, victim);
  if (!isSuccess(created))
    throw new NotTestable(`${sample.operation.id} with a good token ${observedAnswer(created)}`);
  if (!mentions(await listOf(lab, collection, victim), mark)) {
    throw new NotTestable(`what ${sample.operation.id} creates does not show in the owner's list`);
  }
}

/** Proves that the owner can do to an item of their own what an attack tries. */
async function controlChange(lab: Lab, write: SampleOperation, victim: Principal): Promise<void> {
  const item = await createItem(lab, victim);
  const exchange = await sendAs(lab, on(write, item), victim);
  if (!isSuccess(exchange)) {
    throw new NotTestable(`${write.operation.id} with a good token ${observedAnswer(exchange)}`);
  }
}
