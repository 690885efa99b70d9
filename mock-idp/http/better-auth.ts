import { z } from 'zod';
import { MockIdpError } from '../errors.ts';
import { PATHS } from '../paths.ts';
import { userRow } from '../users.ts';
import { type Answer, json, statusOf } from './answer.ts';
import { readJson } from './body.ts';
import { currentSession, noSessionCookie, sessionCookie } from './session-cookie.ts';
import { at, type Call, type Handler, type Routes } from './route.ts';

// Better Auth takes further members (callbackURL, rememberMe), so unknown ones are let through.
const newUser = z.object({ name: z.string(), email: z.email(), password: z.string().nonempty() });
const credentials = z.object({ email: z.string(), password: z.string() });
const refreshBody = z.object({ refreshToken: z.string() });

/** Of a new password, in characters. */
const SHORTEST = 8;
const LONGEST = 128;

/** RFC 6749 §5.1, for the tokens that the quickstart has beside. */
const NO_STORE = { 'cache-control': 'no-store' } as const;

/** What a Better Auth server answers at its default base path, with refresh tokens beside. */
export const betterAuthRoutes: Routes = {
  ...at(PATHS.signUp, { endpoint: 'sign-up', methods: { POST: taking(newUser, signUp) } }),
  ...at(PATHS.signIn, { endpoint: 'sign-in', methods: { POST: taking(credentials, signIn) } }),
  ...at(PATHS.refresh, { endpoint: 'refresh', methods: { POST: taking(refreshBody, refresh) } }),
  ...at(PATHS.sessionToken, { endpoint: 'token', methods: { GET: token } }),
  ...at(PATHS.session, { endpoint: 'session', methods: { GET: getSession } }),
  ...at(PATHS.signOut, { endpoint: 'other', methods: { POST: signOut } }),
  ...at(PATHS.betterAuthHealth, { endpoint: 'other', methods: { GET: () => json(200, { ok: true }) } }),
};

function signUp({ issuer }: Call, user: z.infer<typeof newUser>): Answer {
  if (user.password.length < SHORTEST) return refused(400, 'PASSWORD_TOO_SHORT', 'Password too short');
  if (user.password.length > LONGEST) return refused(400, 'PASSWORD_TOO_LONG', 'Password too long');
  const signedUp = issuer.state.sessions.signUp(user);
  if (signedUp === undefined) {
    const message = 'User already exists. Use another email.';
    return refused(422, 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL', message);
  }
  const { session } = signedUp;
  const body = { token: session.token, user: userRow(session.user) };
  return json(200, body, { 'set-cookie': sessionCookie(issuer, session) });
}

async function signIn({ issuer }: Call, { email, password }: z.infer<typeof credentials>): Promise<Answer> {
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
    user: userRow(session.user),
  };
  return json(200, body, { ...NO_STORE, 'set-cookie': sessionCookie(issuer, session) });
}

async function refresh(
  { issuer }: Call,
  { refreshToken: used }: z.infer<typeof refreshBody>,
): Promise<Answer> {
  const refreshed = issuer.state.sessions.refresh(used);
  switch (refreshed.outcome) {
    case 'rotated': {
      const { user, refreshToken } = refreshed;
      return json(200, { accessToken: await issuer.tokens.forUser(user), refreshToken }, NO_STORE);
    }
    case 'reused': {
      const message = 'This refresh token was used before; the session has been ended';
      return refused(401, 'REFRESH_TOKEN_REUSED', message);
    }
    case 'unknown':
      return refused(401, 'INVALID_REFRESH_TOKEN', 'No session has this refresh token; sign in again');
  }
}

async function token({ request, issuer }: Call): Promise<Answer> {
  const session = currentSession(request, issuer);
  if (session === undefined) return refused(401, 'UNAUTHORIZED', 'Unauthorized');
  return json(200, { token: await issuer.tokens.forUser(session.user) });
}

async function getSession({ request, issuer }: Call): Promise<Answer> {
  const session = currentSession(request, issuer);
  if (session === undefined) return json(200, null, NOT_CACHED);
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
    user: userRow(user),
  };
  return json(200, body, { ...NOT_CACHED, 'set-auth-jwt': await issuer.tokens.forUser(user) });
}

function signOut({ request, issuer }: Call): Answer {
  const session = currentSession(request, issuer);
  if (session !== undefined) issuer.state.endSession(session.id);
  return json(200, { success: true }, { 'set-cookie': noSessionCookie(issuer) });
}

function isEmailAddress(text: string): boolean {
  return z.email().safeParse(text).success;
}

const NOT_CACHED = { ...NO_STORE, pragma: 'no-cache' } as const;

/** Reads and checks a body as Better Auth does; the words are those of zod, which it uses, too. */
function taking<Body>(
  schema: z.ZodType<Body>,
  handler: (call: Call, body: Body) => Answer | Promise<Answer>,
): Handler {
  return async (call) => {
    let body: unknown;
    try {
      body = await readJson(call.request);
    } catch (error) {
      if (!(error instanceof MockIdpError)) throw error;
      if (error.code === 'invalid_request')
        return refused(400, 'BAD_REQUEST', 'Invalid JSON in request body');
      return refused(statusOf(error.code), error.code.toUpperCase(), error.message);
    }
    const { data, error } = schema.safeParse(body);
    if (error === undefined) return handler(call, data);
    const faults = error.issues.map(({ path, message }) => `[${['body', ...path].join('.')}] ${message}`);
    return refused(400, 'VALIDATION_ERROR', faults.join('; '));
  };
}

function refused(status: number, code: string, message: string): Answer {
  return json(status, { message, code });
}
