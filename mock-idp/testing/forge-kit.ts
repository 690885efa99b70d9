import type { ForgeKit } from '../forgeries/forgery.ts';
import { forgeries } from '../forgeries/index.ts';
import { generateSigningKey, publicJwk } from '../signing-key.ts';

/** A kit with fresh keys, as an issuer would hand it to a forgery. */
export async function createForgeKit(): Promise<ForgeKit> {
  const [active, published, unpublished, attacker] = await Promise.all([
    generateSigningKey(),
    generateSigningKey(),
    generateSigningKey(),
    generateSigningKey(),
  ]);
  const now = Math.floor(Date.now() / 1_000);
  const issuer = 'http://127.0.0.1:4000';
  return {
    now,
    header: { alg: 'RS256', typ: 'JWT', kid: active.kid },
    claims: {
      iss: issuer,
      aud: 'http://127.0.0.1:5000',
      sub: 'user-123',
      email: 'ada@example.com',
      name: 'Ada',
      iat: now,
      exp: now + 300,
    },
    leeway: 5,
    otherSub: 'user-456',
    active,
    published,
    unpublished,
    attacker,
    attackerJwksUrl: `${issuer}/attacker/.well-known/jwks.json`,
    attackerIssuer: `${issuer}/attacker`,
    jwks: { keys: [publicJwk(active), publicJwk(published)] },
  };
}

/** The tokens of a forgery by variant. @throws Error where no forgery has that name */
export async function forged(name: string, kit: ForgeKit): Promise<Readonly<Record<string, string>>> {
  const forgery = forgeries.find((candidate) => candidate.name === name);
  if (forgery === undefined) throw new Error(`No forgery is called "${name}"`);
  const tokens = await forgery.make(kit);
  return Object.fromEntries(tokens.map(({ variant, token }) => [variant, token]));
}
