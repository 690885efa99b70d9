import type { IssuerControl } from '../mock-idp/index.ts';
import type { Environment } from './launch.ts';
import type { BenchOptions, Settings } from './model.ts';

/** An origin that a backend started by the suite allows browsers to call it from. */
export const ALLOWED_ORIGIN = 'http://localhost:3000';

/** The environment of a backend under test, but for HOST and PORT. Times in seconds. */
export function backendEnvironment(
  idp: IssuerControl,
  settings: Settings,
  options: Pick<BenchOptions, 'cacheTtl' | 'cooldown' | 'env'>,
): Environment {
  return {
    BETTER_AUTH_URL: idp.issuer,
    BETTER_AUTH_JWKS_URL: idp.jwksUrl,
    JWT_AUDIENCE: idp.audience,
    JWT_LEEWAY: String(settings.leeway),
    JWKS_CACHE_TTL: String(options.cacheTtl ?? 3600),
    JWKS_COOLDOWN: String(options.cooldown ?? 30),
    ALLOWED_ORIGINS: ALLOWED_ORIGIN,
    ...options.env,
  };
}
