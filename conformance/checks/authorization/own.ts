import { allOf, fail, identities, NotTestable, notApplicable, observedAnswer, pass } from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { judgeEach, labelled, sendControl } from '../probes.ts';
import { collectionOf, createItem, listOf, shows } from './collection.ts';

/** What users see of themselves: without these, every refusal in this area proves nothing. */
export const ownChecks: readonly Check[] = [
  {
    id: 'own-me',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      const findings: Finding[] = [];
      for (const user of [lab.users.owner, lab.users.other]) {
        const exchange = await sendControl(lab, primary, user);
        if (identities(exchange).length === 0) {
          return notApplicable(`${primary.operation.id} names no user in its answer`);
        }
        findings.push(labelled(acceptedAs(lab, exchange, user), user.sub));
      }
      return allOf(findings);
    },
  },
  {
    id: 'own-tasks',
    runs: 'beside',
    run: async (lab) => {
      const collection = collectionOf(lab);
      if (collection?.list === undefined)
        return notApplicable('the contract has no collection under an owner');
      const { owner, other } = lab.users;
      const items = [await createItem(lab, owner), await createItem(lab, other)];
      const findings: Finding[] = [];
      for (const user of [owner, other]) {
        const list = await listOf(lab, collection, user);
        const shown = items.filter((item) => shows(list, item));
        const expected = `the items of ${user.sub} and no others`;
        const foreign = shown.find((item) => item.owner !== user);
        if (foreign)
          return fail(expected, `an item of ${foreign.owner.sub} in the list of ${user.sub}`, list);
        if (shown.length === 0) {
          return fail(expected, `a new item of ${user.sub} is missing from their list`, list);
        }
        findings.push(pass(expected, expected, list));
      }
      return allOf(findings);
    },
  },
  { id: 'list-isolation', runs: 'beside', run: listIsolation },
];

/** Parameters by which lists are paged, sorted and searched, as APIs commonly name them. */
const LIST_OPTIONS = [
  'limit=100',
  'page=1&per_page=100',
  'offset=0&limit=100',
  'sort=title',
  'sort=-created_at',
  'sort_by=id&order=desc',
  'order_by=id',
  'filter=',
  'filter[user_id]=*',
  'q=',
  'search=',
  'search=%25',
  'status=all',
  'all=true',
  'include=all',
];

async function listIsolation(lab: Lab): Promise<Finding> {
  const collection = collectionOf(lab);
  const list = collection?.list;
  if (list === undefined) return notApplicable('the contract has no collection under an owner');
  const { owner, other } = lab.users;
  const foreign = await createItem(lab, other);
  if (!shows(await sendControl(lab, list, other), foreign)) {
    throw new NotTestable(`a new item of ${other.sub} does not show in their own list`);
  }
  await sendControl(lab, list, owner);
  const token = await goodToken(lab.idp, owner);
  const request = lab.request(list, { as: owner, token, label: 'good token' });
  const [id = ''] = Object.values(foreign.parameters);
  const probes = [...LIST_OPTIONS, `search=${id}`, `id=${id}`, `cursor=${id}`].map((option) => ({
    label: option,
    request: { ...request, path: `${request.path.split('?')[0] ?? ''}?${option}` },
  }));
  return judgeEach(lab, probes, (exchange) => {
    const expected = `no item of ${other.sub}`;
    const leaked = shows(exchange, foreign) || identities(exchange).includes(other.sub);
    if (leaked) return fail(expected, `an item of ${other.sub} in the list of ${owner.sub}`, exchange);
    return pass(expected, observedAnswer(exchange), exchange);
  });
}
