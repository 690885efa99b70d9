import { createServer } from 'node:http';
import { createApp } from './app.js';

/** Serves the task API behind the gate that `createGate` makes of the environment. */
export async function serve(createGate) {
  const { env } = process;
  const hardened = env.GATEPROOF_VARIANT === 'hardened';
  const gate = createGate({
    issuer: env.BETTER_AUTH_URL,
    jwksUrl: env.BETTER_AUTH_JWKS_URL,
    audience: env.JWT_AUDIENCE,
    leeway: Number(env.JWT_LEEWAY ?? 5),
    cacheTtl: Number(env.JWKS_CACHE_TTL ?? 3600),
    cooldown: Number(env.JWKS_COOLDOWN ?? 30),
    hardened,
  });
  await gate.start?.();
  const app = createApp(gate, { allowedOrigins: (env.ALLOWED_ORIGINS ?? '').split(',').filter(Boolean) });
  // Of two Authorization headers Node shows the first alone; joined, they are no credentials of any scheme.
  const server = createServer({ joinDuplicateHeaders: hardened }, app);
  server.listen(Number(env.PORT ?? 8000), env.HOST ?? '127.0.0.1');
  process.once('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
  });
}
