import type { IncomingMessage } from 'node:http';
import type { Client } from '../clients.ts';
import { OAuthError, parameter } from './oauth-error.ts';
import type { Call } from './route.ts';

/** The client that sends a request, by HTTP Basic, by form fields, or by its name alone (RFC 6749 §2.3.1, §3.2.1). */
export function authenticateClient({ request, issuer }: Call, form: URLSearchParams): Client {
  const basic = basicCredentials(request);
  const clientId = parameter(form, 'client_id');
  const clientSecret = parameter(form, 'client_secret');
  if (basic !== undefined && clientSecret !== undefined) {
    throw new OAuthError('invalid_request', 'The client authenticates in two ways at once; one is enough');
  }
  if (basic !== undefined && clientId !== undefined && basic.clientId !== clientId) {
    throw new OAuthError('invalid_request', 'client_id is not the one of the Authorization header');
  }
  const id = basic?.clientId ?? clientId;
  if (id === undefined) {
    throw new OAuthError('invalid_client', 'Send client_id, or the client as HTTP Basic credentials');
  }
  const client = issuer.common.clients.authenticate(id, basic?.clientSecret ?? clientSecret);
  if (client === undefined) {
    throw new OAuthError('invalid_client', 'The client is unknown, or its secret is another');
  }
  return client;
}

/** The client a request says it comes from, true or not. */
export function claimedClientId(request: IncomingMessage, parameters: URLSearchParams): string | undefined {
  return parameters.get('client_id') ?? basicCredentials(request)?.clientId;
}

function basicCredentials({
  headers,
}: IncomingMessage): { readonly clientId: string; readonly clientSecret: string } | undefined {
  const encoded = /^basic +(\S+)$/iu.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [, clientId, clientSecret] =
    /^([^:]*):(.*)$/su.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  if (clientId === undefined || clientSecret === undefined) return undefined;
  return { clientId: decoded(clientId), clientSecret: decoded(clientSecret) };
}

/** RFC 6749 §2.3.1 has both encoded as in a form; a client that does not is understood all the same. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
