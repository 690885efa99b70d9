import { PATHS } from '../paths.ts';
import type { Session } from '../sessions.ts';
import { type Answer, redirection } from './answer.ts';
import {
  authorizationRequest,
  type AuthorizationRequest,
  type ReturnAddress,
  returnAddress,
} from './authorization-request.ts';
import { errorPage, loginPage } from './pages.ts';
import { OAuthError } from './oauth-error.ts';
import { at, type Call, formOf, type Routes } from './route.ts';
import { currentSession, sessionCookie } from './session-cookie.ts';

/** RFC 6749 §3.1. Also by POST (OpenID Connect Core §3.1.2.1), which is how the page for signing in comes back. */
export const authorizeRoutes: Routes = at(PATHS.authorize, {
  endpoint: 'authorize',
  form: true,
  methods: { GET: authorize, POST: authorize },
});

function authorize(call: Call): Answer {
  let address: ReturnAddress;
  let parameters: URLSearchParams;
  try {
    // What the page posts comes beside the query it was asked for with.
    parameters = new URLSearchParams([...call.query, ...formOf(call)]);
    address = returnAddress(parameters, call.issuer);
  } catch (error) {
    return errorPage(error);
  }
  try {
    return decide(call, address, authorizationRequest(parameters));
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return back(call, address, { error: error.error, error_description: error.message });
  }
}

/** Who signs in, if anybody: by the page, by an earlier sign-in, or by nobody's asking. */
function decide(call: Call, address: ReturnAddress, request: AuthorizationRequest): Answer {
  const { issuer } = call;
  const form = formOf(call);
  if (form.has('deny')) throw new OAuthError('access_denied', 'The user has refused');
  const byPage = signInByPage(call, form);
  if (byPage !== undefined) return grant(call, address, request, byPage);
  if (form.has('password')) return loginPage(call, address, request, 'No user has this email and password.');

  const session = currentSession(call.request, issuer);
  if (session !== undefined && isRecent(session, call, request))
    return grant(call, address, request, session);
  if (!issuer.common.interactiveLogin) {
    const user = hintedUser(call, request) ?? issuer.common.users[0];
    if (user !== undefined)
      return grant(call, address, request, issuer.state.sessions.signInAs(user).session);
  }
  if (request.prompts.includes('none')) throw new OAuthError('login_required', 'Nobody is signed in');
  return loginPage(call, address, request);
}

function signInByPage({ issuer }: Call, form: URLSearchParams): Session | undefined {
  const { sessions } = issuer.state;
  const chosen = issuer.common.users.find(({ sub }) => sub === form.get('user'));
  if (chosen !== undefined) return sessions.signInAs(chosen).session;
  return sessions.signIn(form.get('email') ?? '', form.get('password') ?? '')?.session;
}

function isRecent(
  { createdAt }: Session,
  { issuer }: Call,
  { prompts, maxAge }: AuthorizationRequest,
): boolean {
  const again = prompts.some((prompt) => prompt === 'login' || prompt === 'select_account');
  return !again && issuer.now() - createdAt <= maxAge * 1000;
}

function hintedUser({ issuer }: Call, { loginHint }: AuthorizationRequest): Session['user'] | undefined {
  return issuer.common.users.find(({ sub, email }) => sub === loginHint || email === loginHint);
}

/** RFC 6749 §4.1.2. */
function grant(call: Call, address: ReturnAddress, request: AuthorizationRequest, session: Session): Answer {
  const { scope, audience, nonce, challenge, challengeMethod } = request;
  const { user, id: sid, createdAt } = session;
  const code = call.issuer.state.grants.issueCode(
    {
      clientId: address.client.clientId,
      user,
      scope,
      audience,
      nonce,
      sid,
      authTime: Math.floor(createdAt / 1000),
    },
    { redirectUri: address.redirectUriParameter, challenge, challengeMethod },
  );
  return back(call, address, { code }, { 'set-cookie': sessionCookie(call.issuer, session) });
}

/** To the client, with `iss`, so that a mix-up of two issuers shows (RFC 9207 §2). */
function back(
  { issuer }: Call,
  { redirectUri, state }: ReturnAddress,
  result: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const query = new URLSearchParams({ ...result, ...(state !== undefined && { state }), iss: issuer.issuer });
  const joint = redirectUri.includes('?') ? '&' : '?';
  // 303, so that a password that was posted is not posted again (RFC 9700 §4.12).
  return {
    ...redirection(`${redirectUri}${joint}${query.toString()}`, { 'cache-control': 'no-store', ...headers }),
    status: 303,
  };
}
