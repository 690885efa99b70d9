import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import {
  checkOwner,
  commonHeaders,
  exitWithout,
  Failure,
  internal,
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
} from '../node-task-api/index.js';
import { createAuth, refusal } from './auth.js';

const tasks = new TaskApi();
const auth = createAuth();
const app = new Hono();

app.use(async (context, next) => {
  const { method } = context.req;
  for (const [name, value] of Object.entries(commonHeaders(context.req.header('origin')))) {
    context.header(name, value);
  }
  const answer = preflight(method, context.req.header());
  if (answer !== undefined) return context.body(null, answer.status, answer.headers);
  await next();
});
app.onError((error, context) => {
  const failure = failureOf(error, context);
  if (failure.status === 500) console.error(error);
  else if (failure.status === 401) console.log(`refused: ${failure.body.error_code}`);
  return send(context, failure);
});
app.notFound((context) => {
  throw noRoute(context.req.path);
});

for (const [path, body] of Object.entries(OPEN_ROUTES)) app.get(path, (context) => context.json(body));
app.get('/metrics', (context) => context.body(METRICS, 200, { 'Content-Type': METRICS_TYPE }));

for (const middleware of auth.middlewares) app.use('/api/*', middleware);
const own = async (context, next) => {
  checkOwner(context.get('jwtPayload'), context.req.param('user_id'));
  await next();
};
app.use('/api/v1/:user_id/tasks', own);
app.use('/api/v1/:user_id/tasks/:task_id', own);
app.use(
  bodyLimit({
    maxSize: MAX_BYTES,
    onError: () => {
      throw tooLarge();
    },
  }),
);

app.get('/api/v1/me', (context) => send(context, tasks.me(context.get('jwtPayload'))));
app.get('/api/v1/:user_id/tasks', (context) =>
  send(context, tasks.list(context.req.param('user_id'), context.req.query())),
);
app.post('/api/v1/:user_id/tasks', async (context) =>
  send(context, tasks.create(context.req.param('user_id'), await read(context, { creating: true }))),
);
app.get('/api/v1/:user_id/tasks/:task_id', (context) => {
  const { user_id: owner, task_id: id } = context.req.param();
  return send(context, tasks.get(owner, id));
});
app.patch('/api/v1/:user_id/tasks/:task_id', async (context) => {
  const { user_id: owner, task_id: id } = context.req.param();
  return send(context, tasks.update(owner, id, await read(context, { creating: false })));
});
app.delete('/api/v1/:user_id/tasks/:task_id', (context) => {
  const { user_id: owner, task_id: id } = context.req.param();
  return send(context, tasks.delete(owner, id));
});

try {
  await auth.start();
} catch (error) {
  exitWithout(error);
}
const server = serve({ fetch: app.fetch, hostname: settings.host, port: settings.port });
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});

function send(context, { status, body, headers }) {
  return body === undefined ? context.body(null, status, headers) : context.json(body, status, headers);
}

async function read(context, options) {
  return readTask(new Uint8Array(await context.req.arrayBuffer()), context.req.header(), options);
}

function failureOf(error, context) {
  if (error instanceof Failure) return error;
  if (error instanceof HTTPException && error.status === 401) {
    return refusal(error, context.req.header('authorization'));
  }
  return internal();
}
