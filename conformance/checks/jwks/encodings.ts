import { gzipSync } from 'node:zlib';
import type { FaultAction } from '../../../mock-idp/index.ts';
import type { Lab } from '../../model.ts';
import { provokeFetch } from './fetches.ts';

/** A key set document (RFC 7517 §5). */
export function keySetText(
  keys: readonly unknown[],
  members: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({ ...members, keys });
}

/** A good answer whose body is these bytes. */
export function bytes(body: Uint8Array, headers: Readonly<Record<string, string>> = {}): FaultAction {
  return {
    kind: 'respond',
    status: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(body).toString('base64'),
    encoding: 'base64',
  };
}

/** A good answer whose body is compressed (RFC 9110 §8.4). */
export function gzipped(text: string): FaultAction {
  return bytes(gzipSync(text), { 'content-encoding': 'gzip' });
}

/** Whether the backend says that it takes gzip when it fetches the key set (RFC 9110 §12.5.3). */
export async function offersGzip(lab: Lab): Promise<boolean> {
  const seen = await lab.idp.journal({ endpoint: 'jwks' });
  if (seen.length === 0) await provokeFetch(lab);
  const latest = (await lab.idp.journal({ endpoint: 'jwks' })).at(-1);
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(latest?.headers['accept-encoding'] ?? '');
}
