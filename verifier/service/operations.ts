import type { RequestHandler } from 'express';
import type { operations } from '../../spec/index.ts';
import type { VerifiedToken, Verifier } from '../index.ts';
import { ApiError, sendJson } from './answers.ts';
import { decodeCursor } from './cursor.ts';
import { answers } from './database/index.ts';
import type { Database } from './database/index.ts';
import { createTaskStore } from './tasks.ts';
import type { TaskCreate, TaskUpdate } from './tasks.ts';
import { queryOf } from './validation.ts';

export interface Resources {
  readonly verifier: Verifier;
  readonly database: Database;
  readonly metrics: MetricsSource;
}

/** What `/metrics` answers; a `Registry` of prom-client is one. */
export interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** What each operation of the contract does once the request has passed the gate and its schemas. */
export type Handlers = Readonly<Record<keyof operations, RequestHandler>>;

/** Seconds after which an instance that is not ready may be. */
const RETRY_READY = '5';

export function createHandlers({ verifier, database, metrics }: Resources): Handlers {
  const tasks = createTaskStore(database);
  return {
    getHealth: (_request, response) => {
      sendJson(response, 200, { status: 'ok' });
    },

    getReady: async (_request, response) => {
      const databaseAnswers = await answers(database);
      const ready = verifier.ready && databaseAnswers;
      if (!ready) response.setHeader('retry-after', RETRY_READY);
      sendJson(response, ready ? 200 : 503, {
        status: ready ? 'ready' : 'not_ready',
        checks: { jwks: verifier.ready ? 'ok' : 'failed', database: databaseAnswers ? 'ok' : 'failed' },
      });
    },

    getMetrics: async (_request, response) => {
      const text = await metrics.metrics();
      response.setHeader('content-type', metrics.contentType);
      response.setHeader('content-length', Buffer.byteLength(text));
      response.end(text);
    },

    getMe: (request, response) => {
      const { sub, email, name, exp, iss } = claimsOf(request);
      const me = { user_id: sub, email: stringOrNull(email), name: stringOrNull(name), exp, iss };
      sendJson(response, 200, me);
    },

    listTasks: async (request, response) => {
      const { limit, cursor } = queryOf(response) as { limit: number; cursor?: string };
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        throw new ApiError('validation_failed', 'cursor: must be the next_cursor of another page');
      }
      sendJson(response, 200, await tasks.list(claimsOf(request).sub, limit, after));
    },

    createTask: async (request, response) => {
      const task = await tasks.create(claimsOf(request).sub, request.body as TaskCreate);
      response.setHeader('location', `/api/v1/${encodeURIComponent(task.user_id)}/tasks/${task.id}`);
      sendJson(response, 201, task);
    },

    getTask: async (request, response) => {
      sendJson(response, 200, found(await tasks.find(claimsOf(request).sub, taskId(request))));
    },

    updateTask: async (request, response) => {
      const change = request.body as TaskUpdate;
      sendJson(response, 200, found(await tasks.update(claimsOf(request).sub, taskId(request), change)));
    },

    deleteTask: async (request, response) => {
      found((await tasks.remove(claimsOf(request).sub, taskId(request))) || undefined);
      response.statusCode = 204;
      response.end();
    },
  };
}

/** The owner of all data that a request reaches is the `sub` of its token; the path only has to agree. */
function claimsOf({ auth }: { readonly auth?: VerifiedToken }): VerifiedToken['claims'] {
  if (auth === undefined) throw new Error('The operation is not behind the token gate.');
  return auth.claims;
}

function taskId({ params }: { readonly params: Readonly<Record<string, unknown>> }): string {
  return String(params['task_id']);
}

function found<T>(task: T | undefined): T {
  if (task === undefined) throw new ApiError('not_found', 'No such task');
  return task;
}

function stringOrNull(claim: unknown): string | null {
  return typeof claim === 'string' ? claim : null;
}
