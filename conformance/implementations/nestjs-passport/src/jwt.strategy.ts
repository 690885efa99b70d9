import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { JwksClient, passportJwtSecret } from 'jwks-rsa';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { type Claims, hasSoundClaims, settings } from '../../node-task-api/index.js';

const { issuer, jwksUrl, audience, leeway, cacheTtl, cooldown, isHardened } = settings;

/** As the README of jwks-rsa shows it for passport-jwt, with the cool-down as a rate. */
const jwks = {
  cache: true,
  cacheMaxAge: cacheTtl * 1000,
  rateLimit: true,
  jwksRequestsPerMinute: Math.max(1, Math.round(60 / cooldown)),
  jwksUri: jwksUrl,
  ...(isHardened && { timeout: 5000, cacheMaxAgeFallback: 86_400_000 }),
};

@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor() {
    super({
      jwtFromRequest: isHardened ? onlyCredentials : ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: passportJwtSecret(jwks),
      issuer,
      audience,
      algorithms: ['RS256'],
      jsonWebTokenOptions: { clockTolerance: leeway },
    });
  }

  validate(payload: Claims): Claims | null {
    return isHardened && !hasSoundClaims(payload) ? null : payload;
  }
}

/** passport-jwt takes the first two words of the first Authorization line, and no notice of what follows. */
function onlyCredentials({ headersDistinct }: Request): string | null {
  const lines = headersDistinct['authorization'] ?? [];
  const [, token] = /^bearer +(\S+)$/i.exec(lines[0] ?? '') ?? [];
  if (token !== undefined && lines.length === 1) return token;
  // Not null, which would mean that there are no credentials.
  return /^bearer\s/i.test(lines[0] ?? '') ? 'malformed' : null;
}

/** jwks-rsa fetches at the first request; this finds out before whether there is anything to fetch. */
export async function findKeys(): Promise<void> {
  await new JwksClient({ jwksUri: jwksUrl, timeout: 5000 }).getSigningKeys();
}
