import { isJsonObject } from '../json.ts';
import type { ForgeKit, JsonObject, SigningKey } from './forgery.ts';

/** Secrets by the name of the form. */
export type Forms = Readonly<Record<string, string | Uint8Array>>;

/*
 * A backend holds the public key in one form of many, and HMAC confusion works with exactly that one. Libraries that
 * learned to recognise one form as "not a secret" were broken with the next.
 */

export function spkiPem({ active }: ForgeKit): Forms {
  return endings(pem(active, 'spki'));
}

export function pkcs1Pem({ active }: ForgeKit): Forms {
  return endings(pem(active, 'pkcs1'));
}

/** PEM that loose parsers still read, and that patterns anchored to its first line do not recognise. */
export function mutatedPem({ active }: ForgeKit): Forms {
  const text = pem(active, 'spki');
  return {
    'byte order mark': `\ufeff${text}`,
    'control character': `\u0001${text}`,
    'comment before it': `# public key\n${text}`,
    'CR only': text.replaceAll('\n', '\r'),
    'one line': text.replaceAll('\n', ''),
    'line breaks as \\n': text.replaceAll('\n', '\\n'),
    'tab before END': text.replace('-----END', '\t-----END'),
  };
}

export function derAndOpenSsh({ active }: ForgeKit): Forms {
  const line = `ssh-rsa ${openSshBlob(active).toString('base64')}`;
  const spki = active.publicKey.export({ type: 'spki', format: 'der' });
  return {
    SPKI: spki,
    'PKCS#1': active.publicKey.export({ type: 'pkcs1', format: 'der' }),
    'SPKI in base64': spki.toString('base64'),
    OpenSSH: line,
    'OpenSSH with a newline': `${line}\n`,
  };
}

export function jwkTexts(kit: ForgeKit): Forms {
  const jwk = servedJwk(kit);
  const { kty, n, e } = bareJwk(kit.active);
  const text = JSON.stringify(jwk);
  return {
    'JWK as served': text,
    'JWK with blanks': pythonJson(jwk),
    'JWK of the key alone': JSON.stringify({ kty, n, e }),
    // RFC 7638 §3.1
    'JWK as for its thumbprint': JSON.stringify({ e, kty, n }),
    'JWK after a byte order mark': `\ufeff${text}`,
    'key set': JSON.stringify(kit.jwks),
    'list of keys': JSON.stringify(kit.jwks.keys),
  };
}

export function modulus({ active }: ForgeKit): Forms {
  const { n } = bareJwk(active);
  const bytes = Buffer.from(n, 'base64url');
  return {
    'base64url text': n,
    bytes,
    'bytes after a zero': Buffer.concat([Buffer.alloc(1), bytes]),
    'hexadecimal text': bytes.toString('hex'),
    'decimal text': BigInt(`0x${bytes.toString('hex')}`).toString(),
  };
}

function pem({ publicKey }: SigningKey, type: 'spki' | 'pkcs1'): string {
  // The PKCS#1 export exists for RSA keys, which all signing keys are.
  return publicKey.export({ type, format: 'pem' }).toString();
}

function endings(text: string): Forms {
  return {
    'with final newline': text,
    'without final newline': text.trimEnd(),
    'CR LF': text.replaceAll('\n', '\r\n'),
    'leading space': ` ${text}`,
  };
}

/** The entry of the key set for the active key, with whatever members it is served with. */
function servedJwk({ jwks, active }: ForgeKit): JsonObject {
  const served = jwks.keys.find((key) => isJsonObject(key) && key['kid'] === active.kid);
  return served ?? { ...bareJwk(active), kid: active.kid };
}

function bareJwk({ publicKey }: SigningKey): { kty: 'RSA'; n: string; e: string } {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return { kty: 'RSA', n, e };
}

/** One object of scalars the way Python's `json.dumps` writes it. */
function pythonJson(value: JsonObject): string {
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${JSON.stringify(member)}`,
  );
  return `{${members.join(', ')}}`;
}

/** RFC 4253 §6.6: the name and the two numbers, each after its length. */
function openSshBlob(key: SigningKey): Buffer {
  const { n, e } = bareJwk(key);
  const numbers = [e, n].map((number) => {
    const bytes = Buffer.from(number, 'base64url');
    // A set first bit would make the number negative (RFC 4251 §5).
    return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.alloc(1), bytes]);
  });
  return Buffer.concat(
    [Buffer.from('ssh-rsa'), ...numbers].flatMap((piece) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(piece.length);
      return [length, piece];
    }),
  );
}
