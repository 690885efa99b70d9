import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';

/** A real Better Auth server: its JWT plugin set to RS256, its database SQLite in memory. */
export interface BetterAuthServer extends AsyncDisposable {
  /** Base URL, and `iss` and `aud` of its tokens unless told otherwise. */
  readonly url: string;
  readonly jwksUrl: string;
  /** Lets the rotation interval of its newest key end now, so that the next token is signed by a key not yet made. */
  rotate(): void;
}

export interface BetterAuthServerOptions {
  /** `aud` of its tokens. */
  readonly audience?: string;
  /** Seconds from `iat` to `exp`; 15 minutes by default. */
  readonly tokenLifetime?: number;
  /** `EdDSA` is what the plugin makes unless told otherwise. */
  readonly alg?: 'RS256' | 'EdDSA';
}

export async function startBetterAuth({
  audience,
  tokenLifetime = 900,
  alg = 'RS256',
}: BetterAuthServerOptions = {}): Promise<BetterAuthServer> {
  await using resources = new AsyncDisposableStack();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  resources.defer(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const database = new DatabaseSync(':memory:');
  const auth = betterAuth({
    baseURL: url,
    secret: randomBytes(32).toString('base64url'),
    telemetry: { enabled: false },
    logger: { disabled: true },
    database,
    emailAndPassword: { enabled: true },
    plugins: [
      jwt({
        jwks: { keyPairConfig: { alg }, rotationInterval: 30 * 24 * 3600 },
        jwt: { expirationTime: `${tokenLifetime}s`, ...(audience !== undefined && { audience }) },
      }),
    ],
  });
  await (await getMigrations(auth.options)).runMigrations();
  const handle = toNodeHandler(auth);
  server.on('request', (request, response) => void handle(request, response));
  const kept = resources.move();
  return {
    url,
    jwksUrl: `${url}/api/auth/jwks`,
    rotate: () => {
      const now = new Date().toISOString();
      database.prepare('UPDATE jwks SET "expiresAt" = ? WHERE "expiresAt" > ?').run(now, now);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
