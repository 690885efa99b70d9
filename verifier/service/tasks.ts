import type { components } from '../../spec/index.ts';
import { encodeCursor } from './cursor.ts';
import type { Position } from './cursor.ts';
import type { Database } from './database/index.ts';

export type Task = components['schemas']['Task'];
export type TaskCreate = components['schemas']['TaskCreate'];
export type TaskUpdate = components['schemas']['TaskUpdate'];
type TaskPage = components['schemas']['TaskPage'];

/** The tasks of one owner at a time: no method reaches a task without its owner's id. */
export interface TaskStore {
  /** At most `limit` tasks, newest first, beginning after a position. */
  list(owner: string, limit: number, after?: Position): Promise<TaskPage>;
  create(owner: string, task: TaskCreate): Promise<Task>;
  /** Nothing where the owner has no such task; so for an id that is no UUID. */
  find(owner: string, id: string): Promise<Task | undefined>;
  update(owner: string, id: string, change: TaskUpdate): Promise<Task | undefined>;
  /** Whether there was such a task. */
  remove(owner: string, id: string): Promise<boolean>;
}

interface Row extends Omit<Task, 'created_at' | 'updated_at'> {
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS = 'id, user_id, title, description, completed, created_at, updated_at';
/** Before every task. PostgreSQL compares UUIDs byte by byte. */
const START = ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
/** The one form of a UUID that the contract has; PostgreSQL would take others too (RFC 9562 §4). */
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export function createTaskStore({ query }: Database): TaskStore {
  return {
    async list(owner, limit, after) {
      const position = after ? [after.createdAt, after.id] : START;
      const rows = await query<Row>(
        `SELECT ${COLUMNS} FROM tasks
         WHERE user_id = $1 AND (created_at, id) < ($2::timestamptz, $3::uuid)
         ORDER BY created_at DESC, id DESC LIMIT $4`,
        [owner, ...position, limit + 1],
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      const next = last && encodeCursor({ createdAt: last.created_at, id: last.id });
      return { items: page.map(taskOf), next_cursor: next ?? null };
    },

    async create(owner, { title, description = null, completed }) {
      const rows = await query<Row>(
        `INSERT INTO tasks (user_id, title, description, completed) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
        [owner, title, description, completed],
      );
      const [task] = rows.map(taskOf);
      if (task === undefined) throw new Error('INSERT returned no row');
      return task;
    },

    async find(owner, id) {
      if (!UUID.test(id)) return undefined;
      const rows = await query<Row>(`SELECT ${COLUMNS} FROM tasks WHERE user_id = $1 AND id = $2`, [
        owner,
        id,
      ]);
      return rows.map(taskOf)[0];
    },

    async update(owner, id, { title, description, completed }) {
      if (!UUID.test(id)) return undefined;
      const rows = await query<Row>(
        `UPDATE tasks SET
           title       = coalesce($3::text, title),
           description = CASE WHEN $4::boolean THEN $5::text ELSE description END,
           completed   = coalesce($6::boolean, completed),
           updated_at  = now()
         WHERE user_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
        [owner, id, title ?? null, description !== undefined, description ?? null, completed ?? null],
      );
      return rows.map(taskOf)[0];
    },

    async remove(owner, id) {
      if (!UUID.test(id)) return false;
      const rows = await query('DELETE FROM tasks WHERE user_id = $1 AND id = $2 RETURNING id', [owner, id]);
      return rows.length > 0;
    },
  };
}

function taskOf(row: Row): Task {
  return { ...row, created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString() };
}
