import { z } from 'zod';
import { MockIdpError } from '../errors.ts';
import { PATHS } from '../paths.ts';
import type { DemoUser } from '../users.ts';
import { validate } from '../validate.ts';
import { type Answer, json, statusOf } from './answer.ts';
import { readJson } from './body.ts';
import { currentSession, noSessionCookie, sessionCookie } from './session-cookie.ts';
import { at, type Call, type Handler, type Routes } from './route.ts';

/** What a Better Auth server answers at its default base path, with refresh tokens beside. */
export const betterAuthRoutes: Routes = {
  ...at(PATHS.signIn, { endpoint: 'sign-in', methods: { POST: refusing(signIn) } }),
  ...at(PATHS.refresh, { endpoint: 'refresh', methods: { POST: refusing(refresh) } }),
  ...at(PATHS.sessionToken, { endpoint: 'token', methods: { GET: token } }),
  ...at(PATHS.session, { endpoint: 'session', methods: { GET: getSession } }),
  ...at(PATHS.signOut, { endpoint: 'other', methods: { POST: signOut } }),
};

// Better Auth takes further members here (callbackURL, rememberMe), so unknown ones are let through.
const credentials = z.object({ email: z.string(), password: z.string() });
const refreshBody = z.object({ refreshToken: z.string() });

async function signIn({ request, issuer }: Call): Promise<Answer> {
  const { email, password } = validate(credentials, await readJson(request), 'Cannot sign in');
  if (!isEmailAddress(email)) return refused(400, 'INVALID_EMAIL', 'Invalid email');
  const signedIn = issuer.state.sessions.signIn(email, password);
  if (signedIn === undefined) {
    return refused(401, 'INVALID_EMAIL_OR_PASSWORD', 'Invalid email or password');
  }
  const { session, refreshToken } = signedIn;
  const body = {
    redirect: false,
    token: session.token,
    accessToken: await issuer.tokens.forUser(session.user),
    refreshToken,
    user: userOf(session.user, session.createdAt),
  };
  return json(200, body, {
    ...NO_STORE,
    'set-cookie': sessionCookie(issuer, session),
  });
}

async function refresh({ request, issuer }: Call): Promise<Answer> {
  const body = validate(refreshBody, await readJson(request), 'Cannot refresh');
  const refreshed = issuer.state.sessions.refresh(body.refreshToken);
  switch (refreshed.outcome) {
    case 'rotated': {
      const { user, refreshToken } = refreshed;
      return json(200, { accessToken: await issuer.tokens.forUser(user), refreshToken }, NO_STORE);
    }
    case 'reused':
      return refused(
        401,
        'REFRESH_TOKEN_REUSED',
        'This refresh token was used before; the session has been ended',
      );
    case 'unknown':
      return refused(401, 'INVALID_REFRESH_TOKEN', 'No session has this refresh token; sign in again');
  }
}

async function token({ request, issuer }: Call): Promise<Answer> {
  const session = currentSession(request, issuer);
  if (session === undefined) return refused(401, 'UNAUTHORIZED', 'Unauthorized');
  return json(200, { token: await issuer.tokens.forUser(session.user) }, NO_STORE);
}

async function getSession({ request, issuer }: Call): Promise<Answer> {
  const session = currentSession(request, issuer);
  if (session === undefined) return json(200, null, NO_STORE);
  const { user, createdAt, expiresAt } = session;
  const body = {
    session: {
      id: session.id,
      token: session.token,
      userId: user.sub,
      createdAt: new Date(createdAt).toISOString(),
      updatedAt: new Date(createdAt).toISOString(),
      expiresAt: new Date(expiresAt).toISOString(),
      // Where the user signed in from is in the journal; it is not kept here.
      ipAddress: '',
      userAgent: '',
    },
    user: userOf(user, createdAt),
  };
  return json(200, body, { ...NO_STORE, 'set-auth-jwt': await issuer.tokens.forUser(user) });
}

function signOut({ request, issuer }: Call): Answer {
  const session = currentSession(request, issuer);
  if (session !== undefined) issuer.state.endSession(session.id);
  return json(200, { success: true }, { 'set-cookie': noSessionCookie(issuer) });
}

function isEmailAddress(text: string): boolean {
  return z.email().safeParse(text).success;
}

const NO_STORE = { 'cache-control': 'no-store' } as const;

function userOf({ sub, email, name }: DemoUser, createdAt: number): object {
  const at = new Date(createdAt).toISOString();
  return { id: sub, email, name, emailVerified: true, image: null, createdAt: at, updatedAt: at };
}

/** A refusal in the shape Better Auth's client reads. */
function refusing(handler: (call: Call) => Promise<Answer>): Handler {
  return async (call) => {
    try {
      return await handler(call);
    } catch (error) {
      if (!(error instanceof MockIdpError)) throw error;
      const code = error.code === 'invalid_request' ? 'VALIDATION_ERROR' : error.code.toUpperCase();
      return refused(statusOf(error.code), code, error.message);
    }
  };
}

function refused(status: number, code: string, message: string): Answer {
  return json(status, { code, message }, NO_STORE);
}
