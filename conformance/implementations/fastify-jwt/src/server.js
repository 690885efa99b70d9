import Fastify from 'fastify';
import {
  checkOwner,
  commonHeaders,
  exitWithout,
  Failure,
  internal,
  invalid,
  MAX_BYTES,
  METRICS,
  METRICS_TYPE,
  noRoute,
  OPEN_ROUTES,
  preflight,
  readTask,
  settings,
  TaskApi,
  tooLarge,
} from '../../node-task-api/index.js';
import { refusal, registerJwt } from './auth.js';

const tasks = new TaskApi();
const app = Fastify({
  bodyLimit: MAX_BYTES,
  // Node drops all Authorization lines but the first; joined, they are no credentials.
  ...(settings.isHardened && { http: { joinDuplicateHeaders: true } }),
});

app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, bytes, done) => done(null, bytes));

app.addHook('onRequest', async (request, reply) => {
  reply.headers(commonHeaders(request.headers.origin));
  const answer = preflight(request.method, request.headers);
  if (answer !== undefined) return send(reply, answer);
});
app.setErrorHandler((error, request, reply) => {
  const failure = failureOf(error);
  if (failure.status === 500) console.error(error);
  else if (failure.status === 401) console.log(`refused: ${failure.body.error_code}`);
  return send(reply, failure);
});
app.setNotFoundHandler((request) => {
  throw noRoute(pathOf(request));
});

for (const [path, body] of Object.entries(OPEN_ROUTES)) app.get(path, () => body);
app.get('/metrics', (request, reply) => reply.type(METRICS_TYPE).send(METRICS));

try {
  await registerJwt(app);
} catch (error) {
  exitWithout(error);
}

app.register(
  async (api) => {
    api.addHook('onRequest', async (request) => {
      await request.jwtVerify();
    });
    api.addHook('onRequest', async ({ params, user }) => {
      if (params.user_id !== undefined) checkOwner(user, params.user_id);
    });
    api.setNotFoundHandler((request) => {
      throw noRoute(pathOf(request));
    });
    api.get('/v1/me', ({ user }, reply) => send(reply, tasks.me(user)));
    api.get('/v1/:user_id/tasks', ({ user, query }, reply) => send(reply, tasks.list(user.sub, query)));
    api.post('/v1/:user_id/tasks', ({ user, body, headers }, reply) =>
      send(reply, tasks.create(user.sub, readTask(body ?? [], headers, { creating: true }))),
    );
    api.get('/v1/:user_id/tasks/:task_id', ({ user, params }, reply) =>
      send(reply, tasks.get(user.sub, params.task_id)),
    );
    api.patch('/v1/:user_id/tasks/:task_id', ({ user, params, body, headers }, reply) =>
      send(reply, tasks.update(user.sub, params.task_id, readTask(body ?? [], headers, { creating: false }))),
    );
    api.delete('/v1/:user_id/tasks/:task_id', ({ user, params }, reply) =>
      send(reply, tasks.delete(user.sub, params.task_id)),
    );
  },
  { prefix: '/api' },
);

await app.listen({ host: settings.host, port: settings.port });
process.once('SIGTERM', () => {
  app.server.closeAllConnections();
  void app.close();
});

function send(reply, { status, body, headers = {} }) {
  return reply.code(status).headers(headers).send(body);
}

function failureOf(error) {
  if (error instanceof Failure) return error;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge();
  if (error.code?.startsWith('FST_ERR_') && error.statusCode < 500)
    return invalid('The request is malformed');
  return refusal(error) ?? internal();
}

function pathOf({ url }) {
  return url.split('?')[0];
}
