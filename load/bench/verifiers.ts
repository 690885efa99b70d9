import { JwtVerifier } from 'aws-jwt-verify';
import { createVerifier as createFastJwtVerifier } from 'fast-jwt';
import { createLocalJWKSet, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { createVerifier } from '../../verifier/index.ts';
import type { Verifier, VerifierOptions } from '../../verifier/index.ts';
import type { Contestant } from './contestant.ts';
import type { TokenSet } from './tokens.ts';

/** Verifiers that check every signature: RS256 only, `iss`, `aud` and `exp`, the key at hand in the form each likes best. */
export async function coldVerifiers(tokens: TokenSet): Promise<readonly Contestant[]> {
  const { issuer, audience, jwks, publicKey } = tokens;
  const ours = await gateproof(tokens, false);
  const keySet = createLocalJWKSet({ keys: jwks.keys.map((key) => ({ ...key, kty: 'RSA' })) });
  const aws = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/jwks` });
  aws.cacheJwks({ keys: jwks.keys.map((key) => ({ ...key, kty: 'RSA', alg: 'RS256' })) });
  const fastJwt = createFastJwtVerifier(fastJwtOptions(tokens, false));
  return [
    {
      name: 'gateproof',
      verify: (token) => ours.verifySync(token),
      refuses: (token) => 'code' in (ours.judge(token) ?? {}),
    },
    {
      name: 'jsonwebtoken',
      verify: (token) => jsonwebtoken.verify(token, publicKey, { algorithms: ['RS256'], issuer, audience }),
    },
    { name: 'fast-jwt', verify: (token) => fastJwt(token) as unknown },
    { name: 'aws-jwt-verify', verify: (token) => aws.verifySync(token) },
    {
      name: 'jose',
      verify: (token) =>
        jwtVerify(token, keySet, { algorithms: ['RS256'], issuer, audience, requiredClaims: ['exp'] }),
    },
  ];
}

/** Those that remember verified tokens, with room for all of the set unless their name says otherwise. */
export async function cachingVerifiers(tokens: TokenSet): Promise<readonly Contestant[]> {
  const ours = await gateproof(tokens);
  // A tenth of the tokens fits in: when one comes round again, it is forgotten.
  const forgetful = await gateproof(tokens, { maxTokens: Math.max(2, tokens.good.length / 10) });
  const fastJwt = createFastJwtVerifier(fastJwtOptions(tokens, tokens.good.length));
  return [
    { name: 'gateproof, new to its cache', verify: (token) => forgetful.verifySync(token) },
    { name: 'gateproof, repeated', verify: (token) => ours.verifySync(token) },
    { name: 'fast-jwt, repeated', verify: (token) => fastJwt(token) as unknown },
  ];
}

async function gateproof(
  { issuer, audience, jwks }: TokenSet,
  tokenCache?: VerifierOptions['tokenCache'],
): Promise<Verifier> {
  const verifier = createVerifier({
    ...{ issuer, audience, jwksUrl: `${issuer}/jwks`, algorithms: ['RS256'] },
    ...(tokenCache !== undefined && { tokenCache }),
    fetch: () => Promise.resolve(Response.json(jwks)),
  });
  await verifier.warm();
  return verifier;
}

function fastJwtOptions({ issuer, audience, publicKey }: TokenSet, cache: number | false): object {
  return {
    key: publicKey.export({ type: 'spki', format: 'pem' }),
    algorithms: ['RS256'],
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['exp', 'iss', 'aud'],
    cache,
  };
}
