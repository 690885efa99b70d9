import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { Environment, LaunchedBackend, Launcher } from '../launch.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse, backend: Backend) => unknown;

/** A gate that a real library guards, and the ways to end it. */
interface Backend {
  readonly identify: (request: IncomingMessage) => Promise<string | undefined>;
  readonly die: () => void;
}

export const launch =
  (handle: Handler): Launcher =>
  async (environment) =>
    listen(handle, environment);

export async function listen(handle: Handler, environment: Environment): Promise<LaunchedBackend> {
  const keys = createRemoteJWKSet(new URL(environment['BETTER_AUTH_JWKS_URL'] ?? ''), {
    cooldownDuration: 0,
  });
  const options = {
    issuer: environment['BETTER_AUTH_URL'] ?? '',
    audience: environment['JWT_AUDIENCE'] ?? '',
    clockTolerance: 5,
    algorithms: ['RS256'],
    requiredClaims: ['exp', 'sub'],
  };
  const backend: Backend = {
    identify: async ({ headers }) => {
      const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
      return token === undefined ? undefined : (await jwtVerify(token, keys, options)).payload.sub;
    },
    die: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  const server = createServer((request, response) => {
    Promise.resolve(handle(request, response, backend)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exitCode: () => (server.listening ? undefined : 1),
    output: () => '',
    [Symbol.asyncDispose]: () => {
      backend.die();
      return Promise.resolve();
    },
  };
}

export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers = {},
): ServerResponse {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  return response.end(JSON.stringify(body));
}

export function refuse(response: ServerResponse, code: string): ServerResponse {
  return answer(
    response,
    401,
    { error: 'Unauthorized', error_code: code, message: 'No' },
    {
      'www-authenticate':
        code === 'missing_token' ? 'Bearer realm="t"' : 'Bearer realm="t", error="invalid_token"',
    },
  );
}

export const good: Handler = async (request, response, backend) => {
  if (request.url === '/health') return answer(response, 200, { status: 'ok' });
  try {
    const sub = await backend.identify(request);
    if (sub === undefined) return refuse(response, 'missing_token');
    return answer(response, 200, { user_id: sub, email: null, name: null, exp: 1, iss: 'x' });
  } catch (error) {
    return refuse(response, error instanceof errors.JWTExpired ? 'token_expired' : 'invalid_token');
  }
};

export const healthy =
  (handle: Handler): Handler =>
  (request, response, backend) =>
    request.url === '/health' || request.url === '/ready'
      ? answer(response, 200, { status: 'ok' })
      : handle(request, response, backend);

/** So one of the checks has begun. */
export function bearsAlgNone({ headers }: IncomingMessage): boolean {
  const header = headers.authorization?.split(/[ .]/)[1] ?? '';
  return Buffer.from(header, 'base64url').includes('"none"');
}
