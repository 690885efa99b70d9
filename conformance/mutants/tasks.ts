import { randomUUID } from 'node:crypto';
import type { Ledger } from './ledger.ts';

export interface Task {
  readonly id: string;
  readonly user_id: string;
  readonly title: string;
  readonly description: string | null;
  readonly completed: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Tasks in memory, by owner, with the statements that a database would have been sent. */
export class TaskStore {
  readonly #tasks = new Map<string, Task>();
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  list(owner: string | undefined): readonly Task[] {
    this.#ledger.statement();
    const all = [...this.#tasks.values()].reverse();
    return owner === undefined ? all : all.filter((task) => task.user_id === owner);
  }

  get(owner: string | undefined, id: string): Task | undefined {
    this.#ledger.statement();
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
    this.#ledger.statement(1);
    this.#tasks.set(task.id, task);
    return task;
  }

  update(task: Task, members: Partial<Task>): Task {
    const changed = { ...task, ...members, updated_at: new Date().toISOString() };
    this.#ledger.statement(1);
    this.#tasks.set(task.id, changed);
    return changed;
  }

  delete(id: string): void {
    this.#ledger.statement(1);
    this.#tasks.delete(id);
  }
}
