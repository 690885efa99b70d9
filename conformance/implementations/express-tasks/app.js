import cors from 'cors';
import express from 'express';
import helmet from 'helmet';
import { invalid, pageOf, readBody, taskOf } from './body.js';
import { ApiError, handleErrors } from './errors.js';
import { Tasks } from './tasks.js';

/** The task API behind a gate: `authenticate` (middlewares), `claimsOf(request)` and `refusalOf(error)`. */
export function createApp({ authenticate, claimsOf, refusalOf }, { allowedOrigins }) {
  const app = express();
  app.enable('case sensitive routing').enable('strict routing').disable('etag');
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      },
    }),
    cors({
      origin: allowedOrigins,
      methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
      allowedHeaders: ['Authorization', 'Content-Type'],
      exposedHeaders: ['Location', 'Retry-After', 'WWW-Authenticate'],
    }),
    noStore,
    refuseOddities,
  );

  const open = {
    '/health': (request, response) => response.json({ status: 'ok' }),
    '/ready': (request, response) =>
      response.json({ status: 'ready', checks: { jwks: 'ok', database: 'ok' } }),
    '/metrics': (request, response) =>
      response.type('text/plain').send(`process_cpu_seconds_total ${process.cpuUsage().user / 1e6}\n`),
  };
  for (const [path, handler] of Object.entries(open)) app.route(path).get(handler).all(only('GET, HEAD'));

  // What is below /api is behind the gate, whether there is such a path or not.
  app.use('/api', ...authenticate);
  const tasks = new Tasks();
  const callerOf = (request) => claimsOf(request).sub;
  const checkOwner = (request, response, next) => {
    if (request.params.user_id === callerOf(request)) return next();
    throw new ApiError('forbidden', "Access denied: cannot access another user's resources");
  };

  app
    .route('/api/v1/me')
    .get((request, response) => {
      const { sub, email, name, exp, iss } = claimsOf(request);
      response.json({ user_id: sub, email: textOrNull(email), name: textOrNull(name), exp, iss });
    })
    .all(only('GET, HEAD'));
  app
    .route('/api/v1/:user_id/tasks')
    .all(checkOwner)
    .get((request, response) => response.json(tasks.list(callerOf(request), pageOf(request.query))))
    .post(...readBody, (request, response) => {
      const task = tasks.create(callerOf(request), taskOf(request.body, { complete: true }));
      response
        .location(`/api/v1/${encodeURIComponent(task.user_id)}/tasks/${task.id}`)
        .status(201)
        .json(task);
    })
    .all(only('GET, HEAD, POST'));
  app
    .route('/api/v1/:user_id/tasks/:task_id')
    .all(checkOwner)
    .get((request, response) => response.json(tasks.find(callerOf(request), request.params.task_id)))
    .patch(...readBody, (request, response) => {
      const change = taskOf(request.body, { complete: false });
      response.json(tasks.update(callerOf(request), request.params.task_id, change));
    })
    .delete((request, response) => {
      tasks.remove(callerOf(request), request.params.task_id);
      response.status(204).end();
    })
    .all(only('GET, HEAD, PATCH, DELETE'));

  app.use(() => {
    throw new ApiError('not_found', 'No such path');
  });
  app.use(handleErrors(refusalOf));
  return app;
}

const noStore = (request, response, next) => {
  response.set('cache-control', 'no-store');
  next();
};

/** What no honest client sends: TRACE would send the credentials back, and some parsers end a path at # or \. */
const refuseOddities = (request, response, next) => {
  if (request.method === 'TRACE')
    throw new ApiError('method_not_allowed', 'TRACE is not served', { allow: 'GET, HEAD' });
  if (/[#\\]/.test(request.url)) throw invalid('The path holds a character that must be percent-encoded');
  next();
};

const only = (allow) => () => {
  throw new ApiError('method_not_allowed', 'This path does not take that method', { allow });
};

const textOrNull = (claim) => (typeof claim === 'string' ? claim : null);
