import { PATHS } from '../paths.ts';
import { type Answer, redirection } from './answer.ts';
import { assertRedirectable } from './authorization-request.ts';
import { OAuthError, parameter } from './oauth-error.ts';
import { errorPage, signedOutPage } from './pages.ts';
import { at, type Call, formOf, type Routes } from './route.ts';
import { currentSession, noSessionCookie } from './session-cookie.ts';
import { verifiedClaims } from './verify-token.ts';

/** OpenID Connect RP-Initiated Logout 1.0 §2. */
export const endSessionRoutes: Routes = at(PATHS.endSession, {
  endpoint: 'end-session',
  form: true,
  methods: { GET: endSession, POST: endSession },
});

async function endSession(call: Call): Promise<Answer> {
  try {
    const parameters = new URLSearchParams([...call.query, ...formOf(call)]);
    const hint = await hinted(call, parameter(parameters, 'id_token_hint'));
    const target = returnUrl(call, parameters, hint.clientId);
    const { state } = call.issuer;
    const sid = hint.sid ?? currentSession(call.request, call.issuer)?.id;
    if (sid !== undefined) state.endSession(sid);
    const headers = { 'cache-control': 'no-store', 'set-cookie': noSessionCookie(call.issuer) };
    if (target !== undefined) return { ...redirection(target, headers), status: 303 };
    const page = signedOutPage();
    return { ...page, headers: { ...page.headers, ...headers } };
  } catch (error) {
    return errorPage(error);
  }
}

interface Hint {
  readonly sid?: string;
  readonly clientId?: string;
}

async function hinted({ issuer }: Call, token: string | undefined): Promise<Hint> {
  if (token === undefined) return {};
  const claims = await verifiedClaims(token, issuer, { expired: true });
  if (claims === undefined) {
    throw new OAuthError('invalid_request', 'id_token_hint is no ID token of this issuer');
  }
  const { sid, aud } = claims;
  return { ...(typeof sid === 'string' && { sid }), ...(typeof aud === 'string' && { clientId: aud }) };
}

function returnUrl({ issuer }: Call, parameters: URLSearchParams, hintedClient?: string): string | undefined {
  const uri = parameter(parameters, 'post_logout_redirect_uri');
  if (uri === undefined) return undefined;
  assertRedirectable(uri, 'post_logout_redirect_uri');
  const clientId = parameter(parameters, 'client_id') ?? hintedClient;
  const known = clientId === undefined ? undefined : issuer.common.clients.find(clientId);
  if (known?.postLogoutRedirectUris?.includes(uri) === false) {
    throw new OAuthError('invalid_request', 'post_logout_redirect_uri is not one of those of the client');
  }
  const state = parameter(parameters, 'state');
  if (state === undefined) return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`;
}
