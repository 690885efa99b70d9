import { randomUUID } from 'node:crypto';
import { forbidden, invalid, notFound } from './failure.js';

/** The operations of the contract on tasks in memory. Each gives `{ status, body, headers }` or throws a `Failure`. */
export class TaskApi {
  #tasks = new Map();

  me({ sub, email, name, exp, iss }) {
    return {
      status: 200,
      body: {
        user_id: sub,
        email: typeof email === 'string' ? email : null,
        name: typeof name === 'string' ? name : null,
        exp,
        iss,
      },
    };
  }

  list(owner, { limit = '20', cursor }) {
    if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > 100) {
      throw invalid('limit: must be an integer from 1 to 100');
    }
    const mine = [...this.#tasks.values()].filter((task) => task.user_id === owner).reverse();
    const last = cursor === undefined ? -1 : mine.findIndex(({ id }) => id === cursor);
    if (cursor !== undefined && last === -1) throw invalid('cursor: must be a next_cursor of this list');
    const items = mine.slice(last + 1, last + 1 + Number(limit));
    const isLast = last + 1 + items.length >= mine.length;
    return { status: 200, body: { items, next_cursor: isLast ? null : items.at(-1).id } };
  }

  create(owner, fields) {
    const now = new Date().toISOString();
    const task = {
      id: randomUUID(),
      user_id: owner,
      description: null,
      completed: false,
      ...fields,
      created_at: now,
      updated_at: now,
    };
    this.#tasks.set(task.id, task);
    const headers = { Location: `/api/v1/${encodeURIComponent(owner)}/tasks/${task.id}` };
    return { status: 201, body: task, headers };
  }

  get(owner, id) {
    return { status: 200, body: this.#find(owner, id) };
  }

  update(owner, id, fields) {
    const task = { ...this.#find(owner, id), ...fields, updated_at: new Date().toISOString() };
    this.#tasks.set(id, task);
    return { status: 200, body: task };
  }

  delete(owner, id) {
    this.#find(owner, id);
    this.#tasks.delete(id);
    return { status: 204 };
  }

  #find(owner, id) {
    const task = this.#tasks.get(id);
    if (task?.user_id !== owner) throw notFound();
    return task;
  }
}

/** The owner rule: whoever a path names must be whoever the token names. */
export function checkOwner({ sub }, owner) {
  if (typeof sub !== 'string' || sub !== owner) throw forbidden();
}
