import { allOf, fail, headerValues } from '../../finding.ts';
import { ownerIdOf } from '../../lab.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { judgeEach, type Probe, sendControl } from '../probes.ts';
import {
  expectClosed,
  expectNotServed,
  type ForeignRead,
  foreignReadCheck,
  openForeignRead,
} from './foreign-read.ts';
import { openPaths } from './open-routes.ts';
import { ownerPath } from './owner-path.ts';

/** What guards let pass wherever it stands in a URL. */
const OFTEN_OPEN = ['/health', '/login', '/public/', '/static/x.css'];

/** What nobody but its owner may see. */
type Secret = Pick<ForeignRead, 'item' | 'victim'>;

/** Every 4xx that a router, a parser or a guard gives to a path it does not like. */
const REFUSALS = [400, 401, 403, 404, 405, 414, 421, 422];

interface Surroundings {
  /** The encoded ids of attacker and victim. */
  readonly own: string;
  readonly foreign: string;
  /** Paths that need no token. */
  readonly open: readonly string[];
}

/** The forms of a path for the victim's collection. */
type Forms = (path: string, surroundings: Surroundings) => readonly string[];

/** Paths that a guard and a router could read differently. None may be served, with another's token or with none. */
export const pathChecks: readonly Check[] = [
  odd(
    'path-dotdot-raw',
    segments(({ own, foreign }) => [`${own}/../${foreign}`, `${own}/x/../../${foreign}`]),
  ),
  odd(
    'path-dotdot-encoded',
    segments(({ own, foreign }) => [`${own}/%2e%2e/${foreign}`, `${own}/%2E./${foreign}`]),
  ),
  odd(
    'path-slash-encoded',
    segments(({ own, foreign }) => [
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
    inPlace(path, foreign, `/${foreign}`),
    inPlace(path, foreign, `${foreign}/`),
    path.replaceAll('/', '//'),
  ]),
  odd('path-dot-segments', (path, { foreign }) => [
    inPlace(path, foreign, `./${foreign}`),
    inPlace(path, foreign, `${foreign}/.`),
    inPlace(path, foreign, `%2e/${foreign}`),
    `/.${path}`,
  ]),
  odd('path-matrix-params', (path, { foreign }) => [
    inPlace(path, foreign, `${foreign};x=1`),
    path.replace(/^\/[^/]+/, '$&;'),
    `${path};.css`,
    inPlace(path, foreign, `;/${foreign}`),
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
    const capital = path.replace(/^\/[a-z]/, (start) => start.toUpperCase());
    const forms = [inPlace(path.toUpperCase(), foreign.toUpperCase(), foreign), path.toUpperCase(), capital];
    return forms.filter((form) => form !== path);
  }),
  odd('path-encoded-letters', (path) =>
    [
      path.replace(/^\/(?=[a-z])./i, (start) => `/%${hex(start.slice(1))}`),
      path.replace(/(?<=\/)[a-z](?=[^/?]*(\?|$))/i, (letter) => `%${hex(letter)}`),
    ].filter((form) => form !== path),
  ),
  odd('path-open-in-query', (path, { open }) =>
    [...new Set([...open, ...OFTEN_OPEN])].map(
      (other) => `${path}${path.includes('?') ? '&' : '?'}next=${other}`,
    ),
  ),
  odd('path-fragment-query', (path, { foreign }) => [
    `${path}#`,
    `${path}#/public`,
    inPlace(path, foreign, `#/../${foreign}`),
    inPlace(path, foreign, `%23/${foreign}`),
    inPlace(path, foreign, `%3f/${foreign}`),
    inPlace(path, foreign, `${foreign}?`),
  ]),
  odd(
    'path-backslash',
    (path, { foreign }) =>
      ['\\', '%5c', '%5C'].flatMap((mark) => [
        `/${path.slice(1).replaceAll('/', mark)}`,
        path.replace(`/${foreign}`, mark + foreign).replace(`${foreign}/`, foreign + mark),
      ]),
    REFUSALS,
  ),
  odd(
    'path-nul-newline',
    (path, { foreign }) => [
      `${path}%00`,
      `${path}%0a`,
      inPlace(path, foreign, `${foreign}%00`),
      inPlace(path, foreign, `%0a${foreign}`),
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
    const { origin, protocol } = new URL(lab.target.url);
    const targets = [origin, `${protocol}//internal.example`].map((site) => site + read.attack.path);
    return tryPaths(lab, read, targets, (exchange) => expectNotServed(exchange, read));
  }),
];

/** Forms that replace the owner's segment and leave the rest of the path. */
function segments(
  forms: (ids: { readonly own: string; readonly foreign: string }) => readonly string[],
): Forms {
  return (path, ids) => forms(ids).map((form) => inPlace(path, ids.foreign, form));
}

function odd(id: string, forms: Forms, statuses?: readonly number[]): Check {
  return {
    id,
    runs: 'beside',
    run: async (lab) => {
      const judge = (exchange: Exchange, read: Secret): Finding =>
        allOf([
          statuses ? expectClosed(exchange, statuses, read) : expectNotServed(exchange, read),
          ...expectNoInjectedHeader(exchange),
        ]);
      const identity = await tryIdentity(lab, forms, judge);
      const read = await openForeignRead(lab);
      if (read === undefined) return identity;
      const surroundings = {
        open: openPaths(lab),
        own: encodeURIComponent(ownerIdOf(read.sample, read.attacker)),
        foreign: encodeURIComponent(ownerIdOf(read.sample, read.victim)),
      };
      const paths = forms(ownerPath(lab, read.sample, surroundings.foreign), surroundings);
      return allOf([identity, await tryPaths(lab, read, paths, (exchange) => judge(exchange, read))]);
    },
  };
}

/** The forms of the primary operation's path without a token, its last segment in the place of the foreign id. */
async function tryIdentity(
  lab: Lab,
  forms: Forms,
  judge: (exchange: Exchange, read: Secret) => Finding,
): Promise<Finding> {
  const { primary } = lab.operations;
  await sendControl(lab, primary);
  const anonymous = lab.request(primary, {});
  const foreign = anonymous.path.split('?')[0]?.split('/').at(-1) ?? '';
  const read = { item: undefined, victim: lab.users.owner };
  const probes = forms(anonymous.path, { own: 'gateproof', foreign, open: openPaths(lab) }).map((path) => ({
    label: `${path} without a token`,
    request: { ...anonymous, path },
  }));
  return judgeEach(lab, probes, (exchange) => judge(exchange, read), { silenceRefuses: true });
}

/** Each path with the attacker's token and without any. A strict parser may close on such a path without an answer. */
async function tryPaths(
  lab: Lab,
  { attack, anonymous }: ForeignRead,
  paths: readonly string[],
  judge: (exchange: Exchange) => Finding,
): Promise<Finding> {
  const probes = paths.flatMap((path): readonly Probe[] => [
    { label: `${path} with another user's token`, request: { ...attack, path } },
    { label: `${path} without a token`, request: { ...anonymous, path } },
  ]);
  return judgeEach(lab, probes, judge, { silenceRefuses: true });
}

function expectNoInjectedHeader(exchange: Exchange): readonly Finding[] {
  if (headerValues(exchange, 'x-injected').length === 0) return [];
  return [fail('no header from the path', 'the header X-Injected of the path is in the answer', exchange)];
}

/** The path with another text where a segment is. */
function inPlace(path: string, segment: string, text: string): string {
  return path
    .split('/')
    .map((part) => (part === segment ? text : part))
    .join('/');
}

function hex(text: string): string {
  return Buffer.from(text.charAt(0)).toString('hex');
}
