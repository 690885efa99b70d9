import { constants, createHash, publicDecrypt } from 'node:crypto';
import type { ForgeKit } from '../forgeries/forgery.ts';

/*
 * For tests only: everything that is wrong with a token, found without the code that made it. It knows no library for
 * JWTs and rebuilds the signature block (RFC 8017 §8.2.2), so that it can say of a forgery that it has one fault and which.
 */

/** The faults of a token, e.g. `['signature']`; none for a good one. After a fault of the form no later step is judged. */
export function faultsOf(token: string, kit: ForgeKit): readonly string[] {
  const segments = token.split('.');
  const [header, payload, signature] = segments;
  if (segments.length !== 3 || header === undefined || payload === undefined || signature === undefined)
    return ['segments'];
  return [
    ...spellingFaults({ header, payload, signature }),
    ...headerFaults(header, kit),
    ...payloadFaults(payload, kit),
    ...(isSigned(`${header}.${payload}`, signature, kit) ? [] : ['signature']),
  ];
}

/** The block that the RSA public-key operation recovers from a signature (RFC 8017 §5.2.2). */
export function recoveredBlock(token: string, kit: ForgeKit): Buffer {
  const signature = Buffer.from(token.split('.')[2] ?? '', 'base64url');
  return publicDecrypt({ key: kit.active.publicKey, padding: constants.RSA_NO_PADDING }, signature);
}

function spellingFaults(segments: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(segments).flatMap(([name, segment]) => {
    if (segment === '') return [`${name} empty`];
    if (!/^[A-Za-z0-9_-]+$/.test(segment)) return [`${name} alphabet`];
    return Buffer.from(segment, 'base64url').toString('base64url') === segment ? [] : [`${name} spelling`];
  });
}

function headerFaults(segment: string, { active }: ForgeKit): readonly string[] {
  const { object, faults } = readObject(segment, 'header');
  if (object === undefined) return faults;
  return [
    ...faults,
    ...(object['alg'] === 'RS256' ? [] : ['alg']),
    ...(object['kid'] === active.kid ? [] : ['kid']),
    ...(object['typ'] === undefined || object['typ'] === 'JWT' ? [] : ['typ']),
    ...('crit' in object ? ['crit'] : []),
  ];
}

function payloadFaults(segment: string, { claims, now }: ForgeKit): readonly string[] {
  const { object, faults } = readObject(segment, 'payload');
  if (object === undefined) return faults;
  const { exp } = object;
  return [
    ...faults,
    ...['iss', 'aud', 'sub'].filter((name) => object[name] !== claims[name]),
    ...(typeof exp === 'number' && Number.isFinite(exp) && exp > now ? [] : ['exp']),
  ];
}

/** Reads as leniently as many do, so that a fault of the spelling does not hide what the text says; names what it forgave. */
function readObject(segment: string, name: string): { object?: Record<string, unknown>; faults: string[] } {
  const bytes = Buffer.from(segment.replaceAll(/[^A-Za-z0-9+/_-]/g, ''), 'base64');
  if (bytes.length === 0) return { faults: [] };
  const strict = utf8(bytes);
  const text = strict ?? bytes.toString('utf8');
  const encoding = strict === undefined ? [`${name} not UTF-8`] : [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { faults: [...encoding, `${name} not JSON`] };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { faults: [...encoding, `${name} no object`] };
  const object = value as Record<string, unknown>;
  const repeated = topLevelNames(text).filter((member, index, all) => all.indexOf(member) !== index);
  return { object, faults: [...encoding, ...repeated.map((member) => `${name} repeats ${member}`)] };
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function topLevelNames(json: string): readonly string[] {
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/g) ?? [];
  const names: string[] = [];
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (depth === 1 && tokens[index + 1] === ':') names.push(JSON.parse(token) as string);
  }
  return names;
}

function isSigned(input: string, segment: string, { active }: ForgeKit): boolean {
  const length = (active.publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  const signature = Buffer.from(segment, 'base64url');
  if (signature.length !== length) return false;
  const sha256 = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const digestInfo = Buffer.concat([sha256, createHash('sha256').update(input).digest()]);
  const padding = Buffer.alloc(length - digestInfo.length - 3, 0xff);
  const expected = Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digestInfo]);
  try {
    const key = { key: active.publicKey, padding: constants.RSA_NO_PADDING };
    return publicDecrypt(key, signature).equals(expected);
  } catch {
    // A representative out of range: OpenSSL refuses it before the operation.
    return false;
  }
}
