import { allOf, fail, headerValues } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { judgeEach, labelled, type Probe, type SeriesOptions } from '../probes.ts';
import { expectClosed, expectNotServed, type ForeignRead, foreignReadCheck } from './foreign-read.ts';
import { ownerPath } from './owner-path.ts';

/** Every 4xx that a router, a parser or a guard gives to a path it does not like. */
const REFUSALS = [400, 401, 403, 404, 405, 414, 421, 422];

/** The forms of a path for the victim's collection; `own` and `foreign` are the encoded ids of attacker and victim. */
type Forms = (path: string, ids: { readonly own: string; readonly foreign: string }) => readonly string[];

/** Paths that a guard and a router could read differently. None may be served, with another's token or with none. */
export const pathChecks: readonly Check[] = [
  odd(
    'path-dotdot-raw',
    segments(({ own, foreign }) => [`${own}/../${foreign}`, `${own}/x/../../${foreign}`]),
  ),
  odd(
    'path-dotdot-encoded',
    segments(({ own, foreign }) => [
      `${own}/%2e%2e/${foreign}`,
      `${own}/..%2f${foreign}`,
      `${own}%2f..%2f${foreign}`,
      `${own}%2F%2E%2E%2F${foreign}`,
    ]),
  ),
  odd(
    'path-double-encoded',
    segments(({ own, foreign }) => [
      `${own}/%252e%252e/${foreign}`,
      `${own}%252f..%252f${foreign}`,
      `%25${hex(foreign)}${foreign.slice(1)}`,
    ]),
  ),
  odd('path-double-slash', (path, { foreign }) => [
    `/${path}`,
    path.replace(foreign, `/${foreign}`),
    path.replace(`${foreign}/`, `${foreign}//`),
    path.replaceAll('/', '//'),
  ]),
  odd('path-dot-segments', (path, { foreign }) => [
    path.replace(foreign, `./${foreign}`),
    path.replace(foreign, `${foreign}/.`),
    path.replace(foreign, `%2e/${foreign}`),
    `/.${path}`,
  ]),
  odd('path-matrix-params', (path, { foreign }) => [
    path.replace(foreign, `${foreign};x=1`),
    path.replace(/^\/[^/]+/, '$&;'),
    `${path};.css`,
    path.replace(foreign, `;/${foreign}`),
  ]),
  odd('path-trailing', (path) => [
    `${path}/`,
    `${path}//`,
    `${path}/.`,
    `${path}%2f`,
    `${path}?`,
    `${path}.`,
  ]),
  odd('path-suffix', (path) => [`${path}.json`, `${path}.css`, `${path}/x.js`, `${path}%00.css`]),
  odd('path-case', (path, { foreign }) => {
    const upper = path.split(foreign).map((part) => part.toUpperCase());
    const capital = path.replace(/^\/[a-z]/, (start) => start.toUpperCase());
    return [upper.join(foreign), capital].filter((form) => form !== path);
  }),
  odd('path-fragment-query', (path, { foreign }) => [
    `${path}#`,
    `${path}#/public`,
    path.replace(foreign, `#/../${foreign}`),
    path.replace(foreign, `%23/${foreign}`),
    path.replace(foreign, `%3f/${foreign}`),
    path.replace(foreign, `${foreign}?`),
  ]),
  odd(
    'path-backslash',
    (path, { foreign }) => [
      path.replace(`/${foreign}/`, `\\${foreign}\\`),
      path.replace(`/${foreign}`, `\\${foreign}`),
      path.replace(`/${foreign}`, `%5c${foreign}`),
      path.replace(`/${foreign}/`, `%5C${foreign}%5C`),
    ],
    REFUSALS,
  ),
  odd(
    'path-nul-newline',
    (path, { foreign }) => [
      `${path}%00`,
      `${path}%0a`,
      path.replace(foreign, `${foreign}%00`),
      path.replace(foreign, `%0a${foreign}`),
      `${path}%0d%0aX-Injected:%20yes`,
    ],
    REFUSALS,
  ),
  odd(
    'path-overlong-utf8',
    segments(({ own, foreign }) => [
      `${own}%c0%af..%c0%af${foreign}`,
      `${own}/%c0%ae%c0%ae/${foreign}`,
      `${own}%ef%bc%8f..%ef%bc%8f${foreign}`,
    ]),
    REFUSALS,
  ),
  foreignReadCheck('path-absolute-form', async (lab, read) => {
    const { host } = new URL(lab.target.url);
    const targets = [`http://${host}${read.attack.path}`, `http://internal.example${read.attack.path}`];
    return tryPaths(lab, read, targets, (exchange) => expectNotServed(exchange, read), {
      silenceRefuses: true,
    });
  }),
];

/** Forms that replace the owner's segment and leave the rest of the path. */
function segments(
  forms: (ids: { readonly own: string; readonly foreign: string }) => readonly string[],
): Forms {
  return (path, ids) => forms(ids).map((form) => path.replace(ids.foreign, form));
}

function odd(id: string, forms: Forms, statuses?: readonly number[]): Check {
  return foreignReadCheck(id, async (lab, read) => {
    const ids = { own: encodeURIComponent(read.attacker.sub), foreign: encodeURIComponent(read.victim.sub) };
    const paths = forms(ownerPath(lab, read.sample, ids.foreign), ids);
    const judge = (exchange: Exchange): Finding =>
      allOf([
        statuses ? expectClosed(exchange, statuses, read) : expectNotServed(exchange, read),
        ...expectNoInjectedHeader(exchange),
      ]);
    return tryPaths(lab, read, paths, judge, { silenceRefuses: true });
  });
}

/** Each path with the attacker's token and without any; on the identity route too, where only the latter is foreign. */
async function tryPaths(
  lab: Lab,
  { attack, anonymous }: ForeignRead,
  paths: readonly string[],
  judge: (exchange: Exchange) => Finding,
  options: SeriesOptions,
): Promise<Finding> {
  const probes = paths.flatMap((path): readonly Probe[] => [
    { label: `${path} with another user's token`, request: { ...attack, path } },
    { label: `${path} without a token`, request: { ...anonymous, path } },
  ]);
  return labelled(await judgeEach(lab, probes, judge, options), '');
}

function expectNoInjectedHeader(exchange: Exchange): readonly Finding[] {
  if (headerValues(exchange, 'x-injected').length === 0) return [];
  return [fail('no header from the path', 'the header X-Injected of the path is in the answer', exchange)];
}

function hex(text: string): string {
  return Buffer.from(text.charAt(0)).toString('hex');
}
