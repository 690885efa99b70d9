import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Database } from './database/index.ts';
import { createTaskStore } from './tasks.ts';
import type { Task, TaskStore } from './tasks.ts';
import { describeDatabases } from './testing/databases.ts';

const stranger = '0197b6a2-7c1e-7d43-9a55-3f0c2f6d8e11';

describeDatabases((opened) => {
  let database: Database;
  let tasks: TaskStore;

  beforeAll(() => {
    database = opened();
    tasks = createTaskStore(database);
  });
  beforeEach(() => database.query('DELETE FROM tasks'));

  async function walk(owner: string, limit: number, between = (): Promise<unknown> => Promise.resolve()) {
    const seen: Task[] = [];
    for (let after: ReturnType<typeof decodeCursor>; ;) {
      const { items, next_cursor: next } = await tasks.list(owner, limit, after);
      seen.push(...items);
      if (next === null) return seen;
      after = decodeCursor(next);
      expect(after).toBeDefined();
      await between();
    }
  }

  it('tasks come back as they were stored', async () => {
    const text = { title: `O'Brien "%_\\" 🔑 \n`, description: null, completed: true };
    const task = await tasks.create('a', text);
    expect(task).toMatchObject({ ...text, user_id: 'a', updated_at: task.created_at });
    expect(await tasks.find('a', task.id)).toEqual(task);
    expect(await tasks.list('a', 20)).toEqual({ items: [task], next_cursor: null });
  });

  it('tasks change in the members that are given, and in no other', async () => {
    const task = await tasks.create('a', { title: 'one', description: 'more', completed: false });
    const completed = await tasks.update('a', task.id, { completed: true });
    expect(completed).toMatchObject({ title: 'one', description: 'more', completed: true });
    expect(completed?.created_at).toBe(task.created_at);
    expect(await tasks.update('a', task.id, { description: null, title: 'two' })).toMatchObject({
      title: 'two',
      description: null,
      completed: true,
    });
  });

  it('tasks are not found, changed or removed by who does not own them', async () => {
    const task = await tasks.create('b', { title: 'mine', completed: false });
    expect(await tasks.find('a', task.id)).toBeUndefined();
    expect(await tasks.update('a', task.id, { title: 'theirs' })).toBeUndefined();
    expect(await tasks.remove('a', task.id)).toBe(false);
    expect(await tasks.list('a', 20)).toEqual({ items: [], next_cursor: null });
    expect(await tasks.find('b', task.id)).toEqual(task);
  });

  it('tasks are gone once removed', async () => {
    const { id } = await tasks.create('a', { title: 'one', completed: false });
    expect([await tasks.remove('a', id), await tasks.remove('a', id)]).toEqual([true, false]);
  });

  it.each([
    '',
    'x',
    `{${stranger}}`,
    stranger.replaceAll('-', ''),
    `urn:uuid:${stranger}`,
    `${stranger}\n`,
    `a\0`,
  ])('tasks have a UUID: %j names none and reaches no statement', async (id) => {
    const untouched = createTaskStore({
      ...database,
      query: () => Promise.reject(new Error('a statement ran')),
    });
    expect(await untouched.find('a', id)).toBeUndefined();
    expect(await untouched.update('a', id, { completed: true })).toBeUndefined();
    expect(await untouched.remove('a', id)).toBe(false);
  });

  it('tasks are listed newest first, each once, whatever the size of a page and the number made in one millisecond', async () => {
    await database.query(
      `INSERT INTO tasks (user_id, title, created_at)
       SELECT 'a', n::text, timestamptz '2026-01-01' + (n / 4) * interval '1 ms' FROM generate_series(1, 23) n`,
    );
    const all = await walk('a', 100);
    const keys = all.map(({ created_at: at, id }) => `${at} ${id}`);
    expect(keys).toEqual(keys.toSorted().reverse());
    for (const limit of [1, 2, 5, 22, 23]) expect(await walk('a', limit)).toEqual(all);
  });

  it('tasks that stay during a walk are seen once, whatever is added and removed meanwhile', async () => {
    const make = (title: string): Promise<Task> => tasks.create('a', { title, completed: false });
    const staying: Task[] = [];
    const leaving: Task[] = [];
    for (let n = 0; n < 6; n += 1) {
      staying.push(await make(`stays ${n}`));
      leaving.push(await make(`leaves ${n}`));
    }
    const seen = await walk('a', 2, async () => {
      await make('late');
      await tasks.remove('a', leaving.pop()?.id ?? stranger);
    });
    const ids = seen.map(({ id }) => id);
    expect(ids.filter((id) => staying.some((task) => task.id === id))).toHaveLength(staying.length);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a cursor', () => {
  it('names a position to the millisecond', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
        fc.uuid(),
        (createdAt, id) => {
          const cursor = encodeCursor({ createdAt, id });
          expect(cursor).toMatch(/^[A-Za-z0-9_-]{30}$/);
          expect(decodeCursor(cursor)).toEqual({ createdAt, id });
        },
      ),
    );
  });

  it('is refused or taken, and never breaks anything', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.base64String(), fc.uint8Array({ minLength: 20, maxLength: 24 })),
        (input) => {
          const cursor = typeof input === 'string' ? input : Buffer.from(input).toString('base64url');
          const position = decodeCursor(cursor);
          expect(position === undefined ? undefined : encodeCursor(position)).toBe(position && cursor);
        },
      ),
    );
  });
});
