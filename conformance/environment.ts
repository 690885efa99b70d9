import type { IssuerControl } from '../mock-idp/index.ts';
import type { Environment } from './launch.ts';
import type { BenchOptions, Settings } from './model.ts';

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
    ...(settings.corsOrigin !== undefined && { ALLOWED_ORIGINS: settings.corsOrigin }),
    ...options.env,
  };
}
