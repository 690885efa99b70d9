import { randomUUID } from 'node:crypto';

export interface Task {
  readonly id: string;
  readonly user_id: string;
  readonly title: string;
  readonly description: string | null;
  readonly completed: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Tasks in memory, by owner. */
export class TaskStore {
  readonly #tasks = new Map<string, Task>();

  list(owner: string | undefined): readonly Task[] {
    const all = [...this.#tasks.values()].reverse();
    return owner === undefined ? all : all.filter((task) => task.user_id === owner);
  }

  get(owner: string | undefined, id: string): Task | undefined {
    const task = this.#tasks.get(id);
    return owner === undefined || task?.user_id === owner ? task : undefined;
  }

  create(owner: string, members: Partial<Task>): Task {
    const now = new Date().toISOString();
    const task: Task = {
      title: '',
      description: null,
      completed: false,
      ...members,
      id: randomUUID(),
      user_id: owner,
      created_at: now,
      updated_at: now,
    };
    this.#tasks.set(task.id, task);
    return task;
  }

  update(task: Task, members: Partial<Task>): Task {
    const changed = { ...task, ...members, updated_at: new Date().toISOString() };
    this.#tasks.set(task.id, changed);
    return changed;
  }

  delete(id: string): void {
    this.#tasks.delete(id);
  }
}
