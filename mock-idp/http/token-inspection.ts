import type { JWTPayload } from 'jose';
import type { Issuer } from '../issuer.ts';
import { PATHS } from '../paths.ts';
import { type Answer, json } from './answer.ts';
import { bearerToken } from './better-auth.ts';
import { readForm } from './body.ts';
import { at, type Call, type Routes } from './route.ts';

/** Endpoints that look at a token. A resource server that verifies by itself never calls them; the journal shows one that does. */
export const tokenInspectionRoutes: Routes = {
  ...at(PATHS.userinfo, {
    endpoint: 'userinfo',
    methods: { GET: answerUserinfo, POST: answerUserinfo },
  }),
  ...at(PATHS.introspection, { endpoint: 'introspection', methods: { POST: introspect } }),
};

/** OpenID Connect Core §5.3. */
async function answerUserinfo({ request, issuer }: Call): Promise<Answer> {
  const claims = await verifiedClaims(bearerToken(request) ?? '', issuer);
  if (claims !== undefined) {
    const { sub, email, name } = claims;
    return json(200, { sub, email, name });
  }
  return json(
    401,
    { error: 'invalid_token', error_description: 'Send a token of this issuer as a bearer token' },
    { 'www-authenticate': 'Bearer error="invalid_token"' },
  );
}

/** RFC 7662 §2: a token that is not good is not active, and no more is said of it. */
async function introspect({ request, issuer }: Call): Promise<Answer> {
  const token = (await readForm(request)).get('token');
  if (token === null) {
    return json(400, { error: 'invalid_request', error_description: 'The form field "token" is missing' });
  }
  const claims = await verifiedClaims(token, issuer);
  return json(200, claims === undefined ? { active: false } : { ...claims, active: true });
}

async function verifiedClaims(token: string, issuer: Issuer): Promise<JWTPayload | undefined> {
  // Loaded when first needed: few runs ever ask, and every run would wait for it to load.
  const { decodeProtectedHeader, jwtVerify } = await import('jose');
  try {
    const { kid } = decodeProtectedHeader(token);
    const key = (await issuer.state.keyRing.published()).find((candidate) => candidate.kid === kid);
    if (key === undefined) return undefined;
    const { payload } = await jwtVerify(token, key.publicKey, {
      issuer: issuer.issuer,
      algorithms: [key.alg],
      currentDate: new Date(issuer.now()),
    });
    return payload;
  } catch {
    return undefined;
  }
}
