import { PATHS } from '../paths.ts';
import { type Answer, json } from './answer.ts';
import { NO_STORE, refusingAsOAuth, requiredParameter } from './oauth-error.ts';
import { at, type Call, formOf, type Routes } from './route.ts';
import { bearerToken } from './session-cookie.ts';
import { verifiedClaims } from './verify-token.ts';

/** Endpoints that look at a token. A resource server that verifies by itself never calls them; the journal shows one that does. */
export const tokenInspectionRoutes: Routes = {
  ...at(PATHS.userinfo, {
    endpoint: 'userinfo',
    methods: { GET: answerUserinfo, POST: answerUserinfo },
  }),
  ...at(PATHS.introspection, {
    endpoint: 'introspection',
    form: true,
    methods: { POST: refusingAsOAuth(introspect) },
  }),
  ...at(PATHS.revocation, {
    endpoint: 'revocation',
    form: true,
    methods: { POST: refusingAsOAuth(revoke) },
  }),
};

/** OpenID Connect Core §5.3. */
async function answerUserinfo({ request, issuer }: Call): Promise<Answer> {
  const token = bearerToken(request);
  const claims = token === undefined ? undefined : await verifiedClaims(token, issuer);
  if (claims !== undefined) {
    const { sub } = claims;
    // By the user, for not every provider has email and name in the access token.
    const user = issuer.common.users.find((each) => each.sub === sub);
    const { email = user?.email, name = user?.name } = claims;
    return json(200, { sub, email, name }, NO_STORE);
  }
  const challenge = 'Bearer realm="userinfo"';
  // Who sent no token is told no error (RFC 6750 §3.1).
  if (token === undefined) return { status: 401, headers: { 'www-authenticate': challenge }, body: '' };
  const description = 'The token is not of this issuer, or good no more';
  return json(
    401,
    { error: 'invalid_token', error_description: description },
    { 'www-authenticate': `${challenge}, error="invalid_token", error_description="${description}"` },
  );
}

/** RFC 7662 §2: a token that is not good is not active, and no more is said of it. */
async function introspect(call: Call): Promise<Answer> {
  const { issuer } = call;
  const token = requiredParameter(formOf(call), 'token');
  const grant = issuer.state.grants.find(token);
  if (grant !== undefined) {
    const { clientId, user, scope } = grant;
    return json(200, { active: true, client_id: clientId, sub: user.sub, scope }, NO_STORE);
  }
  const claims = await verifiedClaims(token, issuer);
  return json(200, claims === undefined ? { active: false } : { ...claims, active: true }, NO_STORE);
}

/** RFC 7009 §2.2: 200 for a token that is good no more, or never was. */
async function revoke(call: Call): Promise<Answer> {
  const { issuer } = call;
  const token = requiredParameter(formOf(call), 'token');
  const { grants } = issuer.state;
  if (!grants.revokeRefreshToken(token) && (await verifiedClaims(token, issuer)) !== undefined) {
    grants.revokeToken(token);
  }
  return { status: 200, headers: NO_STORE, body: '' };
}
