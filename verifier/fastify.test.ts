import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { expect, test } from 'vitest';
import type { Verifier } from './contract.ts';
import { fastifyAuth, requireOwner, requireScope } from './fastify.ts';
import { createKey, signToken } from './testing/tokens.ts';
import { createWarm } from './testing/verifier.ts';

const key = createKey('k1');
const headers = { authorization: `Bearer ${signToken(key)}` };

async function statusOf(app: FastifyInstance, url: string, sent = {}): Promise<number> {
  return (await app.inject({ url, headers: sent })).statusCode;
}

async function start(build: (app: FastifyInstance, verifier: Verifier) => unknown): Promise<FastifyInstance> {
  const { verifier } = await createWarm([key.jwk]);
  const app = fastify();
  await build(app, verifier);
  return app;
}

test('guards the instance it is registered on, and what is within it', async () => {
  const app = await start(async (root, verifier) => {
    await root.register(fastifyAuth, { verifier });
    root.get('/here', () => 'ok');
    await root.register((part) => part.get('/within', () => 'ok'));
  });
  for (const path of ['/here', '/within', '/nowhere']) expect(await statusOf(app, path)).toBe(401);
  expect(await statusOf(app, '/within', headers)).toBe(200);
});

test('guards one part alone where it is registered there', async () => {
  const app = await start(async (root, verifier) => {
    root.get('/open', () => 'ok');
    for (const prefix of ['/a', '/b']) {
      await root.register(
        async (part) => {
          await part.register(fastifyAuth, { verifier });
          part.get('/me', () => 'ok');
        },
        { prefix },
      );
    }
  });
  expect(await statusOf(app, '/open')).toBe(200);
  expect(await statusOf(app, '/a/me')).toBe(401);
  expect(await statusOf(app, '/b/me')).toBe(401);
  expect(await statusOf(app, '/b/me', headers)).toBe(200);
});

test('may guard a part anew, with another audience', async () => {
  const { verifier: other } = await createWarm([key.jwk], { audience: 'https://admin.example' });
  const app = await start(async (root, verifier) => {
    await root.register(fastifyAuth, { verifier });
    await root.register(async (part) => {
      await part.register(fastifyAuth, { verifier: other });
      part.get('/admin', () => 'ok');
    });
  });
  expect(await statusOf(app, '/admin', headers)).toBe(401);
});

test('its hooks let nobody pass where they are used wrongly', async () => {
  const app = await start((root) => {
    root.get('/scoped', { onRequest: requireScope('tasks:write') }, () => 'ok');
    root.get('/:user_id/tasks', { onRequest: requireOwner('user_id') }, () => 'ok');
    root.get('/tasks', { onRequest: requireOwner('user_id') }, () => 'ok');
  });
  for (const path of ['/scoped', '/ada/tasks', '/tasks'])
    expect(await statusOf(app, path, headers)).toBe(500);
});
