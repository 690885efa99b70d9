import { randomUUID } from 'node:crypto';
import { invalid } from './body.js';
import { ApiError } from './errors.js';

/** Tasks in memory, by owner. */
export class Tasks {
  #byOwner = new Map();

  #of(owner) {
    return this.#byOwner.get(owner) ?? new Map();
  }

  list(owner, { limit, cursor }) {
    const after = cursor === undefined ? undefined : positionOf(cursor);
    const all = [...this.#of(owner).values()].sort((a, b) => (place(a) < place(b) ? 1 : -1));
    const rest = after === undefined ? all : all.filter((task) => place(task) < after);
    const items = rest.slice(0, limit);
    return {
      items,
      next_cursor: rest.length > limit ? Buffer.from(place(items.at(-1))).toString('base64url') : null,
    };
  }

  create(owner, { title, description = null, completed = false }) {
    const now = new Date().toISOString();
    const task = {
      id: randomUUID(),
      user_id: owner,
      title,
      description,
      completed,
      created_at: now,
      updated_at: now,
    };
    this.#byOwner.set(owner, this.#of(owner).set(task.id, task));
    return task;
  }

  find(owner, id) {
    const task = this.#of(owner).get(id.toLowerCase());
    if (task === undefined) throw new ApiError('not_found', 'No such task');
    return task;
  }

  update(owner, id, change) {
    return Object.assign(this.find(owner, id), change, { updated_at: new Date().toISOString() });
  }

  remove(owner, id) {
    this.#of(owner).delete(this.find(owner, id).id);
  }
}

const place = ({ created_at, id }) => `${created_at} ${id}`;

function positionOf(cursor) {
  const position = Buffer.from(cursor, 'base64url').toString();
  if (/^\d{4}-\d\d-\d\dT[\d:.]{12}Z [\da-f-]{36}$/.test(position)) return position;
  throw invalid('cursor: must be the next_cursor of another page');
}
