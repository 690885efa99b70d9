import { isJsonObject } from '../json.ts';
import { claimedClientId } from './client-authentication.ts';
import type { Call } from './route.ts';
import { bearerToken } from './session-cookie.ts';

/** What a journal entry says of a request beside its path: who sent it, and the key of the token in it. */
export function notes({ request, query, form }: Pick<Call, 'request' | 'query' | 'form'>): {
  readonly remoteAddress?: string;
  readonly client?: string;
  readonly kid?: string;
} {
  const fields = form instanceof URLSearchParams ? form : new URLSearchParams();
  const client = claimedClientId(request, new URLSearchParams([...query, ...fields]));
  const kid = query.get('kid') ?? kidOf(bearerToken(request) ?? fields.get('token') ?? '');
  const { remoteAddress } = request.socket;
  return {
    ...(remoteAddress !== undefined && { remoteAddress }),
    ...(client !== undefined && { client }),
    ...(kid !== undefined && { kid }),
  };
}

/** Nothing where it is no token; what a client sends as one is not to be relied on. */
function kidOf(token: string): string | undefined {
  try {
    const header: unknown = JSON.parse(
      Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8'),
    );
    const kid = isJsonObject(header) ? header['kid'] : undefined;
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}
