import { createPublicKey } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import type { Request, RequestHandler } from 'express';
import { expressjwt } from 'express-jwt';
import { auth } from 'express-oauth2-jwt-bearer';
import { createVerifier } from 'fast-jwt';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { expressJwtSecret } from 'jwks-rsa';
import type { GetVerificationKey } from 'express-jwt';
import type { KeySetDocument } from './tokens.ts';

/** Whom a server trusts. */
export interface Trust {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
}

/** The claims that the answer shows. */
export type Claims = Readonly<Record<string, unknown>>;

/** A peer in front of an express route. */
interface PeerGate {
  readonly handlers: readonly RequestHandler[];
  readonly claimsOf: (request: Request) => Claims;
}

/** Express middlewares as their own documents set them up: RS256, `iss`, `aud` and `exp`, keys of the same key set, caches on. */
export const PEER_GATES: Readonly<Record<string, (trust: Trust) => PeerGate | Promise<PeerGate>>> = {
  'express-oauth2-jwt-bearer': ({ issuer, audience, jwksUrl }) => ({
    handlers: [auth({ issuer, audience, jwksUri: jwksUrl, tokenSigningAlg: 'RS256' })],
    claimsOf: (request) => (request as unknown as { auth: { payload: Claims } }).auth.payload,
  }),
  'express-jwt, jwks-rsa': ({ issuer, audience, jwksUrl }) => ({
    handlers: [
      expressjwt({
        secret: expressJwtSecret({ jwksUri: jwksUrl, cache: true }) as GetVerificationKey,
        algorithms: ['RS256'],
        ...{ issuer, audience },
      }) as RequestHandler,
    ],
    claimsOf: (request) => request.auth as unknown as Claims,
  }),
  'express, jose': ({ issuer, audience, jwksUrl }) => {
    const keySet = createRemoteJWKSet(new URL(jwksUrl));
    const options = { algorithms: ['RS256'], issuer, audience, requiredClaims: ['exp'] };
    return bearer(async (token) => (await jwtVerify(token, keySet, options)).payload);
  },
  'express, fast-jwt': async (trust) => bearer(fastJwt(await keyOf(trust), trust, false)),
  'express, fast-jwt with its cache': async (trust) => bearer(fastJwt(await keyOf(trust), trust, 10_000)),
  'express, aws-jwt-verify': async (trust) => {
    const { issuer, audience, jwksUrl } = trust;
    const verifier = JwtVerifier.create({ issuer, audience, jwksUri: jwksUrl });
    // It fetches over https only.
    const { keys } = await keySetOf(trust);
    verifier.cacheJwks({ keys: keys.map((key) => ({ ...key, kty: 'RSA', alg: 'RS256' })) });
    return bearer((token) => verifier.verifySync(token));
  },
};

/** The least that an express middleware can be: cuts the token out, and answers 401 where it is refused. */
function bearer(verify: (token: string) => Claims | Promise<Claims>): PeerGate {
  const handler: RequestHandler = async (request, response, next) => {
    try {
      const verified = verify((request.headers.authorization ?? '').slice('Bearer '.length));
      response.locals['claims'] = verified instanceof Promise ? await verified : verified;
    } catch {
      response.status(401).json({ error: 'Unauthorized' });
      return;
    }
    next();
  };
  return { handlers: [handler], claimsOf: (request) => request.res?.locals['claims'] as Claims };
}

async function keySetOf({ jwksUrl }: Trust): Promise<KeySetDocument> {
  return (await (await fetch(jwksUrl)).json()) as KeySetDocument;
}

/** Its documents show a key fetcher for key sets; with the key at hand it is faster by far. */
async function keyOf(trust: Trust): Promise<string> {
  const [key] = (await keySetOf(trust)).keys;
  if (key === undefined) throw new Error('The key set is empty.');
  return createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
}

function fastJwt(key: string, { issuer, audience }: Trust, cache: number | false): (token: string) => Claims {
  const required = { allowedIss: issuer, allowedAud: audience, requiredClaims: ['exp', 'iss', 'aud'] };
  const verify = createVerifier({ key, algorithms: ['RS256'], ...required, cache });
  return (token) => verify(token) as Claims;
}
