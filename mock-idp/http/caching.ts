import { hash } from 'node:crypto';
import { relativeSeconds } from '../times.ts';
import type { Answer } from './answer.ts';
import type { Call } from './route.ts';

/** An answer under the caching headers that its issuer is set to send; 304 where the client has it already. */
export function cached(
  answer: Answer,
  endpoint: 'jwks' | 'discovery',
  { issuer, request }: Pick<Call, 'issuer' | 'request'>,
): Answer {
  const { cacheControl, etag, expires, age } = issuer.state.settings.caching[endpoint] ?? {};
  const tag = etag === true ? `"${hash('sha256', answer.body, 'base64url')}"` : undefined;
  const headers = {
    ...answer.headers,
    ...(cacheControl !== undefined && { 'cache-control': cacheControl }),
    ...(tag !== undefined && { etag: tag }),
    ...(expires !== undefined && {
      expires: new Date(issuer.now() + (relativeSeconds(expires) ?? 0) * 1000).toUTCString(),
    }),
    ...(age !== undefined && { age: String(age) }),
  };
  const known = tag !== undefined && isKnown(tag, request.headers['if-none-match']);
  return known ? { status: 304, headers, body: '' } : { ...answer, headers };
}

/** RFC 9110 §13.1.2: any tag of the list, weak or strong. */
function isKnown(tag: string, ifNoneMatch = ''): boolean {
  const tags = ifNoneMatch.split(',').map((each) => each.trim().replace(/^W\//u, ''));
  return tags.includes(tag) || tags.includes('*');
}
