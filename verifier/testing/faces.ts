import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { ServerType } from '@hono/node-server';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import type { VerifiedToken, Verifier } from '../contract.ts';
import * as forExpress from '../express.ts';
import { fastifyAuth, requireOwner, requireScope } from '../fastify.ts';
import { createFetchAuthenticate, createFetchScopeCheck, refuseOthers } from '../fetch.ts';

/** A server of one framework, with the token gate in front of all it has. */
export interface Face extends AsyncDisposable {
  readonly url: string;
}

export interface FaceOptions {
  readonly realm?: string;
  readonly serverTiming?: boolean;
}

/**
 * The same API in each framework: `/me` takes every method and gives the `sub`, `/{user_id}/tasks` is its owner's,
 * `/scoped` needs `tasks:write`, `/both` that and `tasks:read`.
 */
export const faces: Readonly<Record<string, (verifier: Verifier, options?: FaceOptions) => Promise<Face>>> = {
  express: startExpress,
  fastify: startFastify,
  'fetch (Hono)': startHono,
};

const BOTH = ['tasks:read', 'tasks:write'] as const;
const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'] as const;

async function startExpress(verifier: Verifier, options: FaceOptions = {}): Promise<Face> {
  const app = express().disable('x-powered-by').disable('etag');
  app.use(forExpress.requireAuth(verifier, options));
  const answer: express.RequestHandler = (request, response) => {
    response.json({ sub: request.auth?.claims.sub });
  };
  app.all('/me', answer);
  app.get('/:user_id/tasks', forExpress.requireOwner('user_id'), answer);
  app.get('/scoped', forExpress.requireScope('tasks:write', options), answer);
  app.get('/both', forExpress.requireScope(BOTH, options), answer);
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return face(server);
}

async function startFastify(verifier: Verifier, options: FaceOptions = {}): Promise<Face> {
  const app = fastify();
  await app.register(fastifyAuth, { verifier, ...options });
  const answer = ({ auth }: { readonly auth?: VerifiedToken }): unknown => ({ sub: auth?.claims.sub });
  app.route({ method: [...METHODS], url: '/me', handler: answer });
  app.get('/:user_id/tasks', { onRequest: requireOwner('user_id') }, answer);
  app.get('/scoped', { onRequest: requireScope('tasks:write', options) }, answer);
  app.get('/both', { onRequest: requireScope(BOTH, options) }, answer);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, [Symbol.asyncDispose]: () => app.close() };
}

async function startHono(verifier: Verifier, options: FaceOptions = {}): Promise<Face> {
  const authenticate = createFetchAuthenticate(verifier, options);
  const app = new Hono<{ Variables: { auth: VerifiedToken } }>();
  app.use(async (context, next) => {
    const auth = await authenticate(context.req.raw, context.res.headers);
    if (auth instanceof Response) return auth;
    context.set('auth', auth);
    return next();
  });
  app.all('/me', (context) => context.json({ sub: context.get('auth').claims.sub }));
  app.get('/:user_id/tasks', (context) => {
    const auth = context.get('auth');
    return refuseOthers(auth, context.req.param('user_id')) ?? context.json({ sub: auth.claims.sub });
  });
  const checks = {
    '/scoped': createFetchScopeCheck('tasks:write', options),
    '/both': createFetchScopeCheck(BOTH, options),
  };
  for (const [path, check] of Object.entries(checks)) {
    app.get(path, (context) => {
      const auth = context.get('auth');
      return check(auth) ?? context.json({ sub: auth.claims.sub });
    });
  }
  const server = await new Promise<ServerType>((resolve) => {
    const started = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => {
      resolve(started);
    });
  });
  return face(server);
}

function face(server: ServerType): Face {
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
