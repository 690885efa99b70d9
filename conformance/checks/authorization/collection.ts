import { randomUUID } from 'node:crypto';
import { NotTestable } from '../../finding.ts';
import type { Exchange, Lab, Principal, SampleOperation } from '../../model.ts';
import { resourceParameter } from '../../samples.ts';
import { mentions } from '../identity.ts';
import { isSuccess, sendAs, sendControl } from '../probes.ts';

/** What users of the API own: the operations that make, list, read and change it. */
export interface Collection {
  readonly create: SampleOperation;
  /** A read on the path of `create`; absent where the contract has none. */
  readonly list?: SampleOperation;
  /** Operations on one item. */
  readonly items: readonly SampleOperation[];
}

/** One thing that a user owns. */
export interface Item {
  readonly owner: Principal;
  /** The path parameters that name it. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The collection of the contract; `undefined` where nothing is created under an owner. */
export function collectionOf({ operations }: Pick<Lab, 'operations'>): Collection | undefined {
  const { ownedCreate: create, all } = operations;
  if (create === undefined) return undefined;
  const list = all.find(
    ({ operation }) => operation.method === 'GET' && operation.path === create.operation.path,
  );
  const itemPath = `${create.operation.path}/{${resourceParameter(operations) ?? ''}}`;
  const items = all.filter(({ operation }) => operation.path === itemPath);
  return { create, items, ...(list && { list: withLargestPage(list) }) };
}

/** The operations that change something. */
export function writesOf({ create, items }: Collection): readonly SampleOperation[] {
  return [
    create,
    ...items.filter(({ operation }) => operation.method !== 'GET' && operation.method !== 'HEAD'),
  ];
}

export async function createItem(lab: Lab, owner: Principal): Promise<Item> {
  return { owner, parameters: await lab.resource(owner) };
}

/** The operation on this item; one on the collection stays as it is. */
export function on(sample: SampleOperation, item: Item): SampleOperation {
  return { ...sample, parameters: { ...sample.parameters, ...item.parameters } };
}

/** Whether an answer shows this item. */
export function shows(exchange: Exchange, item: Item): boolean {
  return Object.values(item.parameters).every((id) => mentions(exchange, id));
}

/**
 * How the owner sees the item now, for comparison; `undefined` where it is gone.
 *
 * @throws NotTestable where the contract has neither a read of one item nor a list
 */
export async function snapshot(lab: Lab, collection: Collection, item: Item): Promise<string | undefined> {
  const read = collection.items.find(({ operation }) => operation.method === 'GET');
  if (read !== undefined) {
    const exchange = await sendAs(lab, on(read, item), item.owner);
    return isSuccess(exchange) ? exchange.response.body : undefined;
  }
  const list = await listOf(lab, collection, item.owner);
  return shows(list, item) ? entryOf(list, item) : undefined;
}

/** The owner's list. @throws NotTestable where there is none to be had */
export async function listOf(lab: Lab, { list }: Collection, owner: Principal): Promise<Exchange> {
  if (list === undefined) throw new NotTestable('the contract has no read to prove by that nothing changed');
  return sendControl(lab, list, owner);
}

/**
 * The create operation with a text in its body that is found nowhere else.
 *
 * @throws NotTestable where the body has no text to choose
 */
export function marked(create: SampleOperation): { readonly sample: SampleOperation; readonly mark: string } {
  const mark = `gateproof ${randomUUID()}`;
  const body = create.body;
  if (typeof body === 'object' && body !== null) {
    const text = Object.entries(body).find(([, value]) => typeof value === 'string');
    if (text !== undefined) return { sample: { ...create, body: { ...body, [text[0]]: mark } }, mark };
  }
  throw new NotTestable(`the example body of ${create.operation.id} has no member of type string to mark`);
}

/** Pages hide what was added last or first; the contract says how large they may be. */
function withLargestPage(list: SampleOperation): SampleOperation {
  const limit = list.operation.parameters.find(
    ({ name, in: place }) => place === 'query' && /^(limit|page_?size|per_?page)$/i.test(name),
  );
  const maximum = typeof limit?.schema === 'object' ? limit.schema['maximum'] : undefined;
  if (limit === undefined || typeof maximum !== 'number') return list;
  return { ...list, parameters: { ...list.parameters, [limit.name]: String(maximum) } };
}

/** The object of a list that holds the item's id. */
function entryOf(list: Exchange, item: Item): string | undefined {
  const [id] = Object.values(item.parameters);
  const visit = (node: unknown): unknown => {
    if (typeof node !== 'object' || node === null) return undefined;
    const holdsId = Object.values(node).some(
      (value) => (typeof value === 'string' || typeof value === 'number') && String(value) === id,
    );
    if (holdsId) return node;
    return Object.values(node)
      .map(visit)
      .find((found) => found !== undefined);
  };
  const entry = visit(JSON.parse(list.response.body));
  return entry === undefined ? undefined : JSON.stringify(entry);
}
