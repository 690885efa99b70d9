import type { FaultAction, IssuerControl, JournalEntry, MintRequest } from '../../../mock-idp/index.ts';
import { forgeries } from '../../../mock-idp/index.ts';

/** An issuer without keys or sockets, whose tokens only the fake API of these tests understands. */
export interface FakeIdp extends IssuerControl {
  /** Records a request of the backend and gives the fault that meets it, if any. */
  readonly receive: (endpoint: string) => FaultAction | undefined;
}

/** Stands where the signature of a good token stands. */
export const GOOD_SIGNATURE: string = Buffer.from('signed by the active key of the issuer').toString(
  'base64url',
);
const ACTIVE_KID = 'active-key';

export function createFakeIdp(): FakeIdp {
  const journal: JournalEntry[] = [];
  let fault: FaultAction | undefined;

  const idp: Partial<FakeIdp> = {
    issuer: 'http://idp.test',
    jwksUrl: 'http://idp.test/.well-known/jwks.json',
    audience: 'http://api.test',
    mint: (request: MintRequest = {}) => {
      const header = merge({ alg: 'RS256', typ: 'JWT', kid: request.key ?? ACTIVE_KID }, request.header);
      const defaults = { iss: 'http://idp.test', aud: 'http://api.test', sub: 'user-123', exp: '+5m' };
      const claims = merge(defaults, request.claims);
      const signature = request.key === undefined ? GOOD_SIGNATURE : encode(`signed by ${request.key}`);
      return Promise.resolve({ token: `${encode(header)}.${encode(claims)}.${signature}`, header, claims });
    },
    forge: (name, request = {}) => {
      if (!forgeries.some((forgery) => forgery.name === name)) throw new Error(`no forgery ${name}`);
      const header = { alg: 'RS256', kid: ACTIVE_KID, forged: name };
      const token = `${encode(header)}.${encode(request.claims ?? {})}.${encode(`forged as ${name}`)}`;
      return Promise.resolve([{ name, variant: '', token }]);
    },
    keys: () =>
      Promise.resolve([
        { kid: ACTIVE_KID, state: 'active', alg: 'RS256', publicJwk: { n: 'modulus-of-the-active-key' } },
      ]),
    changeKeys: () => Promise.resolve([]),
    fault: ({ endpoint, actions }) => {
      if (endpoint === 'jwks') fault = actions[0];
      return Promise.resolve();
    },
    clearFaults: () => {
      fault = undefined;
      return Promise.resolve();
    },
    journal: ({ endpoint, after = 0 } = {}) =>
      Promise.resolve(
        journal.filter((entry) => entry.seq > after && (endpoint ?? entry.endpoint) === entry.endpoint),
      ),
    waitFor: async ({ endpoint, after, count }) => {
      const entries = await idp.journal?.({ ...(endpoint && { endpoint }), ...(after && { after }) });
      if ((entries?.length ?? 0) < count) throw new Error('journal_timeout');
      return entries ?? [];
    },
    reset: () => Promise.resolve(),
    receive: (endpoint) => {
      const entry = {
        seq: journal.length + 1,
        at: 0,
        method: 'GET',
        path: `/${endpoint}`,
        headers: {},
        status: 200,
        remoteAddress: '127.0.0.1',
      };
      journal.push({ ...entry, endpoint });
      return fault;
    },
  };
  return idp as FakeIdp;
}

/** The claims of a good token; what is wrong with any other, by the code of the contract. */
export function readFakeToken(
  token: string,
  idp: FakeIdp,
): { readonly sub: string } | { readonly fault: 'invalid_token' | 'token_expired' | 'jwks_unavailable' } {
  const [header, claims, signature, ...rest] = token.split('.');
  const [head, body] = [decode(header), decode(claims)];
  if (rest.length > 0 || head === undefined || body === undefined) return { fault: 'invalid_token' };
  if (body['iss'] !== idp.issuer || body['aud'] !== idp.audience) return { fault: 'invalid_token' };
  if (head['kid'] !== ACTIVE_KID)
    return { fault: idp.receive('jwks') ? 'jwks_unavailable' : 'invalid_token' };
  if (signature !== GOOD_SIGNATURE || typeof body['sub'] !== 'string') return { fault: 'invalid_token' };
  if (String(body['nbf']).startsWith('+')) return { fault: 'invalid_token' };
  return String(body['exp']).startsWith('-') ? { fault: 'token_expired' } : { sub: body['sub'] };
}

function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

function decode(segment = ''): Readonly<Record<string, unknown>> | undefined {
  if (!/^[\w-]+$/.test(segment)) return undefined;
  try {
    return JSON.parse(Buffer.from(segment, 'base64url').toString()) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

function merge(
  defaults: Readonly<Record<string, unknown>>,
  overrides: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries({ ...defaults, ...overrides }).filter(([, value]) => value !== null),
  );
}
