import type { Environment, Launcher } from '../launch.ts';

/** What a value of `env` may stand for, and our name of it. */
export const PLACEHOLDERS: Readonly<Record<string, string>> = {
  issuer: 'BETTER_AUTH_URL',
  jwksUrl: 'BETTER_AUTH_JWKS_URL',
  audience: 'JWT_AUDIENCE',
  leeway: 'JWT_LEEWAY',
  cacheTtl: 'JWKS_CACHE_TTL',
  cooldown: 'JWKS_COOLDOWN',
  maxStale: 'JWKS_MAX_STALE',
  corsOrigin: 'ALLOWED_ORIGINS',
};

/** Hands the environment over under the names of the backend as well. */
export function underOtherNames(launcher: Launcher, names: Environment): Launcher {
  return (environment) => {
    const own = Object.entries(names).flatMap(([name, value]) => {
      const ours = value.startsWith('$') ? PLACEHOLDERS[value.slice(1)] : undefined;
      const resolved = ours === undefined ? value : environment[ours];
      return resolved === undefined ? [] : [[name, resolved] as const];
    });
    return launcher({ ...environment, ...Object.fromEntries(own) });
  };
}
