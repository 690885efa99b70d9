import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { type Diagnosis, error, ok, warning } from './diagnosis.ts';
import { isRecord } from './record.ts';
import { shown } from './token-step.ts';

const MIN_BITS = 2048;
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'];
const USE_RS256 =
  'Let the identity provider sign with RS256. Better Auth: jwt({ jwks: { keyPairConfig: { alg: "RS256" } } }), and delete the old row of its jwks table.';

/** What a key set is worth, and the keys that can verify RS256 by their kid. */
export interface JudgedKeySet {
  readonly diagnoses: readonly Diagnosis[];
  readonly keys: ReadonlyMap<string, KeyObject>;
}

/** Judges a JWK Set (RFC 7517 §5) by what a verifier of RS256 needs of it. */
export function judgeKeySet(url: string, document: unknown): JudgedKeySet {
  const entries = isRecord(document) ? document['keys'] : undefined;
  if (!Array.isArray(entries)) {
    return failed(
      error(
        'jwks-form',
        `${url} answers JSON without a "keys" array`,
        'Give the address of the key set, not of the discovery document or an error (RFC 7517 §5).',
      ),
    );
  }
  if (entries.length === 0) {
    return failed(
      error(
        'jwks-empty',
        `${url} holds no key`,
        'Sign in once, so that the identity provider makes its first key, and look at its database if none appears.',
      ),
    );
  }
  const judged = entries.map((entry: unknown, index) => judgeKey(entry, index));
  const keys = new Map(judged.flatMap(({ kid, key }) => (kid !== undefined && key ? [[kid, key]] : [])));
  const repeated = judged.filter(
    ({ kid }, index) => kid !== undefined && judged.findIndex((other) => other.kid === kid) < index,
  );
  return {
    keys,
    diagnoses: [
      keys.size > 0
        ? ok('jwks', `${url} holds ${named([...keys.keys()])} for RS256`)
        : noneUsable(url, entries),
      ...judged.flatMap(({ diagnosis }) => diagnosis ?? []),
      ...repeated.map(({ kid }) =>
        error(
          'jwks-kid-twice',
          `${url} holds two keys with kid "${kid ?? ''}"`,
          'Give each key a kid of its own (RFC 7517 §4.5); verifiers take one or the other.',
        ),
      ),
    ],
  };
}

function failed(diagnosis: Diagnosis): JudgedKeySet {
  return { diagnoses: [diagnosis], keys: new Map() };
}

function named(kids: readonly string[]): string {
  const shown = kids.slice(0, 3).map((kid) => `"${kid}"`);
  const rest = kids.length - shown.length;
  return `${kids.length === 1 ? 'key' : 'keys'} ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function noneUsable(url: string, entries: readonly unknown[]): Diagnosis {
  const types = [...new Set(entries.map(describe))];
  if (types.every((type) => type === 'OKP (Ed25519)')) {
    return error(
      'jwks-eddsa-only',
      `${url} holds EdDSA keys only (Ed25519), as Better Auth makes them unless told otherwise; RS256 tokens cannot come from them`,
      USE_RS256,
    );
  }
  return error(
    'jwks-no-rs256',
    `${url} holds no key that can verify RS256, but ${types.join(', ')}`,
    USE_RS256,
  );
}

function describe(entry: unknown): string {
  if (!isRecord(entry)) return 'something that is no key';
  const { kty, crv, alg, use, key_ops: operations } = entry;
  if (typeof kty !== 'string') return 'a key without kty';
  const detail = [
    use === undefined || use === 'sig' ? undefined : `use ${shown(use)}`,
    operations === undefined ? undefined : `key_ops ${shown(operations)}`,
    crv,
    alg,
  ].filter((part) => typeof part === 'string');
  return `${kty}${detail.length > 0 ? ` (${detail[0] ?? ''})` : ''}`;
}

interface JudgedKey {
  readonly kid?: string;
  readonly key?: KeyObject;
  readonly diagnosis?: Diagnosis;
}

function judgeKey(entry: unknown, index: number): JudgedKey {
  if (!isRecord(entry)) return { diagnosis: spoilt(`entry ${index}`, 'is no JSON object') };
  const kid = typeof entry['kid'] === 'string' && entry['kid'] !== '' ? entry['kid'] : undefined;
  const name = kid === undefined ? `entry ${index}` : `key "${kid}"`;
  if (entry['kty'] === 'oct' || entry['k'] !== undefined) {
    return {
      ...(kid !== undefined && { kid }),
      diagnosis: error(
        'jwks-symmetric',
        `${name} of the key set is a shared secret${entry['k'] === undefined ? '' : ' and shows it'}`,
        'Whoever read it can sign any token that it verifies. Withdraw it now, and sign with RS256.',
      ),
    };
  }
  const shown = PRIVATE_MEMBERS.filter((member) => entry[member] !== undefined);
  if (shown.length > 0) {
    return {
      ...(kid !== undefined && { kid }),
      diagnosis: error(
        'jwks-private',
        `${name} of the key set shows its private part (${shown.join(', ')})`,
        'Whoever read it can sign any token. Withdraw the key now, make a new one, and publish public members only.',
      ),
    };
  }
  if (typeof entry['kty'] !== 'string') {
    return { ...(kid !== undefined && { kid }), diagnosis: spoilt(name, 'has no kty (RFC 7517 §4.1)') };
  }
  if (!isForRs256(entry)) {
    const diagnosis = ok('jwks-other-key', `${name} of the key set is not for RS256: ${describe(entry)}`);
    return { ...(kid !== undefined && { kid }), diagnosis };
  }
  if (kid === undefined) return { diagnosis: spoilt(name, 'has no kid, so that no token can name it') };
  const key = imported(entry);
  if (key === undefined) return { kid, diagnosis: spoilt(name, 'is no RSA key: its n or e is malformed') };
  const exponent = key.asymmetricKeyDetails?.publicExponent ?? 0n;
  if (exponent < 3n || exponent % 2n === 0n) {
    return { kid, diagnosis: spoilt(name, `has the exponent ${exponent}, with which anybody can sign`) };
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits >= MIN_BITS) return { kid, key };
  return { kid, diagnosis: spoilt(name, `has ${bits} bits; RS256 needs ${MIN_BITS} (RFC 7518 §3.3)`) };
}

function spoilt(name: string, why: string): Diagnosis {
  return warning(
    'jwks-key',
    `${name} of the key set ${why}`,
    'Verifiers will pass over it; publish it properly or not at all.',
  );
}

/** What a key says of itself (RFC 7517 §4.1 to §4.4). */
function isForRs256({ kty, use, key_ops: operations, alg }: Readonly<Record<string, unknown>>): boolean {
  const verifies = operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
  return kty === 'RSA' && (use ?? 'sig') === 'sig' && verifies && (alg ?? 'RS256') === 'RS256';
}

function imported(jwk: Readonly<Record<string, unknown>>): KeyObject | undefined {
  const spelling = [jwk['n'], jwk['e']].every((part) => typeof part === 'string' && /^[\w-]+$/.test(part));
  if (!spelling) return undefined;
  try {
    return createPublicKey({ format: 'jwk', key: { kty: 'RSA', n: jwk['n'], e: jwk['e'] } as JsonWebKey });
  } catch {
    return undefined;
  }
}
