import { sign } from 'node:crypto';
import type { JsonObject, SigningKey } from './forgeries/forgery.ts';
import { signature } from './key-algorithms.ts';
import type { AlgorithmKey } from './signing-key.ts';

/**
 * One segment of a compact JWS: strict base64url without padding (RFC 7515 §2). An object is serialised as JSON, a
 * string goes in as its UTF-8 bytes, so raw and malformed JSON can be sent too.
 */
export function encodeSegment(value: JsonObject | string | Uint8Array): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return Buffer.from(text, 'utf8').toString('base64url');
}

/** The base64url RS256 signature (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 §3.3) of a signing input. */
export function signInput(input: string, key: Pick<SigningKey, 'privateKey'>): string {
  return sign('sha256', Buffer.from(input, 'utf8'), key.privateKey).toString('base64url');
}

/** A compact JWS signed with RS256 whatever `header.alg` says (RFC 7515 §7.1). */
export function compact(
  header: JsonObject | string | Uint8Array,
  claims: JsonObject | string | Uint8Array,
  key: Pick<SigningKey, 'privateKey'>,
): string {
  const input = `${encodeSegment(header)}.${encodeSegment(claims)}`;
  return `${input}.${signInput(input, key)}`;
}

/** A compact JWS signed on the thread pool by the algorithm of the key, whatever `header.alg` says. */
export async function signCompact(
  header: JsonObject | string | Uint8Array,
  claims: JsonObject | string | Uint8Array,
  { alg, privateKey }: Pick<AlgorithmKey, 'alg' | 'privateKey'>,
): Promise<string> {
  const input = `${encodeSegment(header)}.${encodeSegment(claims)}`;
  return `${input}.${(await signature(alg, input, privateKey)).toString('base64url')}`;
}
