import { invalidToken } from './answer.ts';
import type { Bug } from './bugs.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A compact JWS (RFC 7515 §7.1), split and decoded, nothing verified. */
export interface Jws {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly signature: Buffer;
  readonly signingInput: string;
  readonly payloadSegment: string;
  /** Came without a third segment. */
  readonly isUnsecured: boolean;
}

/** The header as a verifier writes it out again that keeps only the members it knows. */
export function encodeHeader({ alg, typ, kid }: JsonObject): string {
  return Buffer.from(JSON.stringify({ alg, typ, kid })).toString('base64url');
}

const MAX_TOKEN_BYTES = 16_384;

export function parseJws(token: string, bug: Bug): Jws {
  const limit = bug('limit-too-small') ? 4096 : MAX_TOKEN_BYTES;
  if (token.length > limit) throw invalidToken();
  let segments = token.split('.');
  if (bug('split-slice-3')) segments = segments.slice(0, 3);
  if (bug('split-filter-boolean')) segments = segments.filter((segment) => segment !== '');
  const isUnsecured = segments.length === 2;
  if (bug('unsecured-two-parts') && isUnsecured) segments.push('');
  const [headerSegment, payloadSegment, signatureSegment] = segments;
  if (
    segments.length !== 3 ||
    headerSegment === undefined ||
    payloadSegment === undefined ||
    signatureSegment === undefined
  ) {
    if (bug('parser-throws-500')) throw new TypeError('not enough segments');
    throw invalidToken();
  }
  const header = parseObject(decode(headerSegment, bug), 'header', bug);
  const isRaw = bug('b64-false-honoured') && header['b64'] === false && 'crit' in header;
  const payload = isRaw ? Buffer.from(payloadSegment) : decode(payloadSegment, bug);
  return {
    header,
    claims: parseObject(payload, 'payload', bug),
    signature: decode(signatureSegment, bug),
    signingInput: `${headerSegment}.${payloadSegment}`,
    payloadSegment,
    isUnsecured,
  };
}

function decode(segment: string, bug: Bug): Buffer {
  const bytes = Buffer.from(segment, 'base64url');
  if (bug('b64-lenient-node')) return bytes;
  if (bug('b64-padding-tolerant') && bytes.toString('base64url') === segment.replace(/=+$/, '')) return bytes;
  if (bug('b64-trailing-bits') && /^[A-Za-z0-9_-]*$/.test(segment)) return bytes;
  if (bug('b64-whitespace-tolerant') && bytes.toString('base64url') === segment.replace(/\s/g, ''))
    return bytes;
  // Canonical or refused: one token has one spelling (RFC 4648 §3.5).
  if (bytes.toString('base64url') !== segment) throw invalidToken();
  return bytes;
}

function parseObject(bytes: Buffer, part: 'header' | 'payload', bug: Bug): JsonObject {
  const value = parseJson(bytes, part, bug);
  const object = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (bug('payload-array') && part === 'payload' && Array.isArray(value))
    return value as unknown as JsonObject;
  if (bug('header-null-crash') && part === 'header' && value === null) throw new TypeError('null header');
  if (!object) throw invalidToken();
  return value as JsonObject;
}

function parseJson(bytes: Buffer, part: 'header' | 'payload', bug: Bug): unknown {
  try {
    if (bug('encoding-sniff') && part === 'payload' && bytes[1] === 0) {
      return JSON.parse(bytes.toString('utf16le')) as unknown;
    }
    let text = bug('utf8-lossy')
      ? bytes.toString('utf8')
      : bug('latin1-claims')
        ? bytes.toString('latin1')
        : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (bug('bom-tolerant')) text = text.replace(/^\uFEFF/, '');
    if (bug('json-streaming')) text = text.slice(0, text.lastIndexOf('}') + 1);
    if (bug('json-nan')) text = text.replace(/:\s*-?(?:NaN|Infinity)/g, ':0');
    if (bug('json-first-wins')) return firstWins(text);
    if (bug('recursion-500') && depth(text) > 100) throw new RangeError('recursion');
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (bug('parser-throws-500') || error instanceof RangeError) throw error;
    throw invalidToken();
  }
}

/** A parser that keeps the first of two members of one name, as a streaming reader may. */
function firstWins(text: string): unknown {
  const value = JSON.parse(text) as Record<string, unknown>;
  for (const [, name = '', literal = ''] of [...text.matchAll(/"(\w+)":("[^"]*"|[\d.]+)/g)].reverse()) {
    value[name] = JSON.parse(literal) as unknown;
  }
  return value;
}

function depth(text: string): number {
  let deepest = 0;
  let open = 0;
  for (const character of text) {
    if (character === '[' || character === '{') open += 1;
    if (character === ']' || character === '}') open -= 1;
    deepest = Math.max(deepest, open);
  }
  return deepest;
}
