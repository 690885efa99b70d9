import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { MockIdp } from '../index.ts';

/** An answer, whole but for the end of one that is long. */
export interface Sent {
  readonly status: number;
  readonly type: string | null;
  readonly headers: Headers;
  readonly text: string;
}

export async function sendTo(
  idp: MockIdp,
  method: string,
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Sent> {
  const request = { method, headers, redirect: 'manual', ...(body !== undefined && { body }) } as const;
  const response = await fetch(idp.url + path, request);
  const { status } = response;
  const type = response.headers.get('content-type');
  if (type !== 'application/x-ndjson')
    return { status, type, headers: response.headers, text: await response.text() };
  await response.body?.cancel();
  return { status, type, headers: response.headers, text: '' };
}

/** Throws unless an issuer that nobody has touched signs what its key set vouches for. */
export async function assertWell(idp: MockIdp): Promise<void> {
  await idp.setClock({ kind: 'real' });
  const well = idp.issuer('well');
  const { token } = await well.mint();
  await jwtVerify(token, createRemoteJWKSet(new URL(well.jwksUrl)), { issuer: well.issuer });
}
