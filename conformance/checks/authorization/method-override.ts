import { allOf, fail, notApplicable, observedAnswer, pass } from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Finding, Lab, Principal, RequestSpec } from '../../model.ts';
import { isSuccess, labelled, sendAs, withHeaders, withQuery } from '../probes.ts';
import { type Collection, collectionOf, createItem, on, snapshot } from './collection.ts';

type Override = readonly [label: string, edit: (request: RequestSpec) => RequestSpec];

const HEADERS: readonly Override[] = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'].map(
  (name) => [`${name}: DELETE`, (request) => withHeaders(request, [[name, 'DELETE']])],
);

const PARAMETERS: readonly Override[] = [
  ['?_method=DELETE', (request) => withQuery(request, '_method=DELETE')],
  ['?_method=delete', (request) => withQuery(request, '_method=delete')],
  [
    'form _method=DELETE',
    (request) => ({
      ...request,
      headers: [
        ...request.headers.filter(([name]) => name.toLowerCase() !== 'content-type'),
        ['Content-Type', 'application/x-www-form-urlencoded'],
      ],
      body: '_method=DELETE',
    }),
  ],
];

/** A POST that asks to be taken for a DELETE; a router that obeys, behind a guard that did not, deletes. */
export const methodOverrideChecks: readonly Check[] = [
  { id: 'method-override-header', runs: 'beside', run: (lab) => tryOverrides(lab, HEADERS) },
  { id: 'method-override-param', runs: 'beside', run: (lab) => tryOverrides(lab, PARAMETERS) },
];

async function tryOverrides(lab: Lab, overrides: readonly Override[]): Promise<Finding> {
  const collection = collectionOf(lab);
  const remove = collection?.items.find(({ operation }) => operation.method === 'DELETE');
  if (collection === undefined || remove === undefined) {
    return notApplicable('the contract has no DELETE of an item under its owner');
  }
  const { owner, other } = lab.users;
  const own = await createItem(lab, owner);
  const control = await sendAs(lab, on(remove, own), owner);
  if (!isSuccess(control)) return notApplicable(`DELETE with a good token ${observedAnswer(control)}`);

  const findings: Finding[] = [];
  for (const caller of [owner, other]) {
    for (const override of overrides)
      findings.push(await tryOverride(lab, { ...collection, remove }, caller, override));
  }
  return allOf(findings);
}

async function tryOverride(
  lab: Lab,
  { remove, ...collection }: Collection & { readonly remove: Collection['create'] },
  caller: Principal,
  [label, edit]: Override,
): Promise<Finding> {
  const { owner } = lab.users;
  const item = await createItem(lab, owner);
  const before = await snapshot(lab, collection, item);
  const token = await goodToken(lab.idp, caller);
  const request = lab.request(on(remove, item), { as: owner, token, label: `good token of ${caller.sub}` });
  const plain = await lab.target.send({ ...request, method: 'POST' });
  const overridden = await lab.target.send(edit({ ...request, method: 'POST' }));

  const expected = 'answered like a plain POST, and nothing deleted';
  const name = `${label} by ${caller === owner ? 'the owner' : 'another user'}`;
  const observed = `${observedAnswer(overridden)}, a plain POST ${observedAnswer(plain)}`;
  if ((await snapshot(lab, collection, item)) !== before) {
    return labelled(fail(expected, `${observed}, and the item was deleted or changed`, overridden), name);
  }
  const alike = overridden.response.status === plain.response.status;
  return alike ? pass(expected, observed, overridden) : labelled(fail(expected, observed, overridden), name);
}
