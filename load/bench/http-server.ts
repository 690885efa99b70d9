import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import express from 'express';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import fastify from 'fastify';
import { createVerifier, requireAuth } from '../../verifier/index.ts';
import type { Verifier } from '../../verifier/index.ts';
import { loadSettings, startApi } from '../../verifier/service/index.ts';
import { PEER_GATES } from './peer-gates.ts';
import type { Claims, Trust } from './peer-gates.ts';

/*
 * One contestant of the HTTP benchmark in a process of its own: `node http-server.ts <name> <trust as JSON>`. Tells its
 * parent where it listens.
 */

type Start = (trust: Trust) => Promise<string>;

const CONTESTANTS: Readonly<Record<string, Start>> = {
  'gateproof api': async ({ issuer, audience, jwksUrl }) => {
    const env = { BETTER_AUTH_URL: issuer, BETTER_AUTH_JWKS_URL: jwksUrl, JWT_AUDIENCE: audience, PORT: '0' };
    return (await startApi({ settings: loadSettings(env) })).url;
  },
  'express, gateproof': async (trust) => {
    const gate = requireAuth(await warmVerifier(trust));
    return listen(createServer(expressApp([gate as RequestHandler], ({ auth }) => auth?.claims as Claims)));
  },
  'express, no gate': () => listen(createServer(expressApp([], anybody))),
  'node:http, gateproof': async (trust) => {
    const gate = requireAuth(await warmVerifier(trust));
    return listen(
      createServer((request, response) => {
        gate(request, response, () => {
          const { auth } = request as typeof request & { auth: { claims: Claims } };
          respond(response, auth.claims);
        });
      }),
    );
  },
  'node:http, no gate': () =>
    listen(
      createServer((_request, response) => {
        respond(response, anybody());
      }),
    ),
  // Looks at nothing it gets: what is left is the generator.
  'fixed answer': () => {
    const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: application/json\r\n\r\n{}';
    return listen(
      createTcpServer((socket) => {
        socket.on('data', () => socket.write(answer)).on('error', () => socket.destroy());
      }),
    );
  },
  'fastify, no gate': async () => {
    const app = fastify();
    app.get('/api/v1/me', () => me(anybody()));
    return app.listen({ host: '127.0.0.1', port: 0 });
  },
};

const [name = '', trust = '{}'] = process.argv.slice(2);
const start = CONTESTANTS[name] ?? peer(name);
process.send?.(await start(JSON.parse(trust) as Trust));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.((user + system) / 1000);
});
// The parent's end is the end of this process, however it came about.
process.once('disconnect', () => process.exit());

function peer(name: string): Start {
  return async (trust) => {
    const gate = PEER_GATES[name];
    if (gate === undefined) throw new Error(`There is no contestant ${name}.`);
    const { handlers, claimsOf } = await gate(trust);
    return listen(createServer(expressApp(handlers, claimsOf)));
  };
}

function expressApp(
  handlers: readonly RequestHandler[],
  claimsOf: (request: express.Request) => Claims,
): RequestListener {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.get('/api/v1/me', ...handlers, (request, response) => {
    response.json(me(claimsOf(request)));
  });
  // As express would answer, without a line on the standard error for every refusal.
  const answerError: ErrorRequestHandler = (
    error: { readonly status?: number },
    _request,
    response,
    next,
  ) => {
    if (response.headersSent) next(error);
    else response.status(error.status ?? 500).json({ error: 'Unauthorized' });
  };
  app.use(answerError);
  return app as RequestListener;
}

async function warmVerifier({ issuer, audience, jwksUrl }: Trust): Promise<Verifier> {
  const verifier = createVerifier({ issuer, audience, jwksUrl, algorithms: ['RS256'] });
  await verifier.warm();
  return verifier;
}

function anybody(): Claims {
  return {
    sub: 'user-1',
    email: 'user@example.com',
    name: 'Example User',
    exp: 1,
    iss: 'https://idp.example',
  };
}

/** The answer of the contract's `GET /api/v1/me`. */
function me({ sub, email, name, exp, iss }: Claims): object {
  return { user_id: sub, email: email ?? null, name: name ?? null, exp, iss };
}

function respond(response: Parameters<RequestListener>[1], claims: Claims): void {
  const text = JSON.stringify(me(claims));
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
