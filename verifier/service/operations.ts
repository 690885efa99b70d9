import type { operations } from '../../spec/index.ts';
import type { VerifiedToken, Verifier } from '../index.ts';
import { ApiError } from './answers.ts';
import type { Answer } from './answers.ts';
import { decodeCursor } from './cursor.ts';
import { answers } from './database/index.ts';
import type { Database } from './database/index.ts';
import type { Call } from './exchange.ts';
import { createTaskStore } from './tasks.ts';
import type { TaskCreate, TaskUpdate } from './tasks.ts';

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

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** What each operation of the contract does once the request has passed the gate and its schemas. */
export type Handlers = Readonly<Record<keyof operations, Handler>>;

/** Seconds after which an instance that is not ready may be. */
const RETRY_READY = '5';

export function createHandlers({ verifier, database, metrics }: Resources): Handlers {
  const tasks = createTaskStore(database);
  return {
    getHealth: () => ({ status: 200, body: { status: 'ok' } }),

    getReady: async () => {
      const databaseAnswers = await answers(database);
      const checks = { jwks: verifier.ready ? 'ok' : 'failed', database: databaseAnswers ? 'ok' : 'failed' };
      return verifier.ready && databaseAnswers
        ? { status: 200, body: { status: 'ready', checks } }
        : { status: 503, headers: { 'retry-after': RETRY_READY }, body: { status: 'not_ready', checks } };
    },

    getMetrics: async () => {
      const body = await metrics.metrics();
      return { status: 200, headers: { 'content-type': metrics.contentType }, body };
    },

    getMe: (call) => {
      const { sub, email, name, exp, iss } = claimsOf(call);
      const me = { user_id: sub, email: stringOrNull(email), name: stringOrNull(name), exp, iss };
      return { status: 200, body: me };
    },

    listTasks: async (call) => {
      const { limit, cursor } = call.query as { limit: number; cursor?: string };
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        throw new ApiError('validation_failed', 'cursor: must be the next_cursor of another page');
      }
      return { status: 200, body: await tasks.list(claimsOf(call).sub, limit, after) };
    },

    createTask: async (call) => {
      const task = await tasks.create(claimsOf(call).sub, call.body as TaskCreate);
      const location = `/api/v1/${encodeURIComponent(task.user_id)}/tasks/${task.id}`;
      return { status: 201, headers: { location }, body: task };
    },

    getTask: async (call) => ({
      status: 200,
      body: found(await tasks.find(claimsOf(call).sub, taskId(call))),
    }),

    updateTask: async (call) => ({
      status: 200,
      body: found(await tasks.update(claimsOf(call).sub, taskId(call), call.body as TaskUpdate)),
    }),

    deleteTask: async (call) => {
      found((await tasks.remove(claimsOf(call).sub, taskId(call))) || undefined);
      return { status: 204 };
    },
  };
}

/** The owner of all data that a request reaches is the `sub` of its token; the path only has to agree. */
function claimsOf({ auth }: Call): VerifiedToken['claims'] {
  if (auth === undefined) throw new Error('The operation is not behind the token gate.');
  return auth.claims;
}

function taskId({ params }: Call): string {
  return params['task_id'] ?? '';
}

function found<T>(task: T | undefined): T {
  if (task === undefined) throw new ApiError('not_found', 'No such task');
  return task;
}

function stringOrNull(claim: unknown): string | null {
  return typeof claim === 'string' ? claim : null;
}
