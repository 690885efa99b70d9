import { generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import {
  type IssuerControl,
  JOURNAL_CAPACITY,
  type JournalEntry,
  type KeyInfo,
  type MockIdpControl,
} from '../mock-idp/index.ts';
import { LoadError } from './errors.ts';

/** An issuer as one server has it. */
interface Replica {
  /** Base URL of the server. */
  readonly url: string;
  readonly issuer: IssuerControl;
}

/** One issuer at every server that serves its keys. The first one mints; what is done to one is done to all. */
export type IssuerReplicas = readonly [Replica, ...Replica[]];

/**
 * The issuer of that name at each of the servers; without a name, the default one. An issuer with a name is ours alone, so
 * servers that have other keys for it are given one in common; the keys of the default issuer are those that a backend
 * trusts already.
 *
 * @throws LoadError `usage` where they are no replicas of each other, with what is where
 */
export async function openReplicas(idps: readonly MockIdpControl[], name?: string): Promise<IssuerReplicas> {
  const replicas = idps.map((idp) => ({ url: idp.url, issuer: idp.issuer(name) }));
  if (!isSome(replicas)) throw new LoadError('usage', 'name a mock identity provider');
  if (replicas.length === 1) return replicas;
  await assertServersOfTheirOwn(idps);
  assertSame(replicas, 'issuer', '--issuer or --public-url');
  assertSame(replicas, 'audience', '--audience');
  // A backend that is started has to be told one address.
  if (name !== undefined) assertSame(replicas, 'jwksUrl', '--public-url, that of what stands before them');
  const difference = differenceOf(await ringsOf(replicas));
  if (difference === undefined) return replicas;
  if (name === undefined) {
    throw new LoadError(
      'usage',
      `the servers of --idp do not serve the same keys: ${difference}. Start each with the same --jwk.`,
    );
  }
  await shareOneKey(replicas);
  return replicas;
}

/** The same to the issuer at every server. */
export async function atEach(
  replicas: IssuerReplicas,
  act: (issuer: IssuerControl) => Promise<unknown>,
): Promise<void> {
  await Promise.all(replicas.map(({ issuer }) => act(issuer)));
}

/** A new key that every server has and none publishes; answers its kid. It is made here, since no server hands one out. */
export async function prepareKey(replicas: IssuerReplicas): Promise<string> {
  const jwk = await newKey();
  await atEach(replicas, (issuer) => issuer.changeKeys({ story: 'import', jwk, state: 'withdrawn' }));
  return jwk.kid;
}

/**
 * Reads what came to all servers since this call. Each numbers its own requests. Answers `undefined` where one has forgotten
 * some of them already.
 */
export async function followJournals(
  replicas: IssuerReplicas,
): Promise<() => Promise<readonly JournalEntry[] | undefined>> {
  const follow = async ({ issuer }: Replica) => {
    const after = (await issuer.journal()).at(-1)?.seq ?? 0;
    return () => issuer.journal({ after });
  };
  const readers = await Promise.all(replicas.map(follow));
  return async () => {
    const journals = await Promise.all(readers.map((read) => read()));
    return journals.some(({ length }) => length >= JOURNAL_CAPACITY) ? undefined : journals.flat();
  };
}

async function shareOneKey(replicas: IssuerReplicas): Promise<void> {
  const jwk = await newKey();
  await atEach(replicas, async (issuer) => {
    const before = await issuer.keys();
    await issuer.changeKeys({ story: 'import', jwk, state: 'active' });
    for (const { kid } of before) await issuer.changeKeys({ story: 'withdraw', kid });
  });
}

async function newKey(): Promise<Readonly<Record<string, unknown>> & { readonly kid: string }> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID() };
}

/** Two addresses of one server would count each of its requests twice. */
async function assertServersOfTheirOwn(idps: readonly MockIdpControl[]): Promise<void> {
  const marks = idps.map((idp) => ({
    url: idp.url,
    issuer: idp.issuer('load-replica'),
    audience: randomUUID(),
  }));
  for (const { issuer, audience } of marks) await issuer.configure({ audience });
  for (const { url, issuer, audience } of marks) {
    const marked = (await issuer.configure({})).audience;
    const other = marks.find((each) => each.audience === marked);
    if (marked !== audience) {
      throw new LoadError(
        'usage',
        `${url} and ${other?.url ?? 'another address of --idp'} lead to one server; name each server by an address of its own, not by that of what stands before them.`,
      );
    }
  }
}

function assertSame(
  replicas: IssuerReplicas,
  member: 'issuer' | 'audience' | 'jwksUrl',
  option: string,
): void {
  const [first, ...others] = replicas;
  const other = others.find(({ issuer }) => issuer[member] !== first.issuer[member]);
  if (other === undefined) return;
  throw new LoadError(
    'usage',
    `the servers of --idp are no replicas: the ${member} is ${first.issuer[member]} at ${first.url} and ${other.issuer[member]} at ${other.url}. Start each with the same ${option}.`,
  );
}

interface Ring {
  readonly url: string;
  readonly keys: readonly KeyInfo[];
}

async function ringsOf(replicas: IssuerReplicas): Promise<readonly Ring[]> {
  return Promise.all(
    replicas.map(async ({ url, issuer }) => ({
      url,
      keys: (await issuer.keys()).filter(({ state }) => state !== 'withdrawn'),
    })),
  );
}

/** What one server publishes otherwise than the others, in words. */
function differenceOf(rings: readonly Ring[]): string | undefined {
  const kids = new Set(rings.flatMap(({ keys }) => keys.map(({ kid }) => kid)));
  const partial = [...kids].flatMap((kid) => {
    const having = rings.filter(({ keys }) => keys.some((key) => key.kid === kid)).map(({ url }) => url);
    return having.length === rings.length ? [] : [`"${kid}" is at ${having.join(' and ')} only`];
  });
  if (partial.length > 0) return partial.join(', ');
  for (const kid of kids) {
    const [first, ...others] = rings.map(({ url, keys }) => ({
      url,
      key: keys.find((key) => key.kid === kid),
    }));
    const other = others.find(({ key }) => JSON.stringify(key) !== JSON.stringify(first?.key));
    if (first === undefined || other === undefined) continue;
    const { state } = first.key ?? {};
    return state === other.key?.state
      ? `"${kid}" is another key at ${other.url} than at ${first.url}`
      : `"${kid}" is ${state ?? ''} at ${first.url} and ${other.key?.state ?? ''} at ${other.url}`;
  }
  return undefined;
}

function isSome(replicas: readonly Replica[]): replicas is IssuerReplicas {
  return replicas.length > 0;
}
