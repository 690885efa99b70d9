/// <reference lib="es2024.promise" />
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { answers, DatabaseUnavailableError, openDatabase, UnstorableError } from './index.ts';
import type { Database } from './index.ts';
import { migrate } from './migrations.ts';
import { openPostgres } from './postgres.ts';
import { createSchema, describeDatabases, serverUrl } from '../testing/databases.ts';
import { startProxy } from '../testing/proxy.ts';

const onLost = vi.fn();

describeDatabases((opened) => {
  let database: Database;

  beforeAll(() => {
    database = opened();
  });

  it('has the schema of the migrations, and is migrated once', async () => {
    await migrate(database);
    expect(await database.query('SELECT id FROM schema_migrations')).toEqual([{ id: '0001-tasks' }]);
    expect(await database.query('SELECT * FROM tasks')).toEqual([]);
  });

  it('keeps all of a transaction or nothing of it', async () => {
    const insert = `INSERT INTO tasks (user_id, title) VALUES ('u', 't')`;
    const broken = database.transaction(async (query) => {
      await query(insert);
      throw new Error('half-way');
    });
    await expect(broken).rejects.toThrow('half-way');
    expect(await database.query('SELECT * FROM tasks')).toEqual([]);
    await database.transaction(async (query) => {
      await query(insert);
    });
    expect(await database.query('DELETE FROM tasks RETURNING title')).toEqual([{ title: 't' }]);
  });

  it('says that a text with U+0000, or one too long for the index, cannot be stored', async () => {
    const insert = 'INSERT INTO tasks (user_id, title) VALUES ($1, $2)';
    await expect(database.query(insert, ['u', 'a\0b'])).rejects.toThrow(UnstorableError);
    const long = randomBytes(9000).toString('hex');
    await expect(database.query(insert, [long, 't'])).rejects.toThrow(UnstorableError);
  });

  it('leaves a fault in a statement of ours what it is', async () => {
    await expect(database.query('SELECT * FROM nowhere')).rejects.not.toThrow(DatabaseUnavailableError);
  });

  it('answers, and is unavailable once it is closed', async () => {
    expect(await answers(database)).toBe(true);
    await database[Symbol.asyncDispose]();
    expect(await answers(database)).toBe(false);
    await expect(database.query('SELECT 1')).rejects.toThrow(DatabaseUnavailableError);
  });
});

describe('a database server', () => {
  const impatient = { connections: 2, connectTimeoutMs: 200, statementTimeoutMs: 200, onLost };

  it('that refuses connections is unavailable', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await expect(openDatabase({ url: `postgres://u:secret@127.0.0.1:${port}/d`, onLost })).rejects.toThrow(
      DatabaseUnavailableError,
    );
  });

  it('that takes connections and never answers is unavailable', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await using database = openPostgres(`postgres://u:secret@127.0.0.1:${port}/d`, impatient);
    await expect(database.query('SELECT 1')).rejects.toThrow(DatabaseUnavailableError);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it.runIf(serverUrl)(
    'that takes too long over a statement is unavailable, and is not asked to go on',
    async () => {
      await using database = openPostgres(serverUrl ?? '', impatient);
      await expect(database.query('SELECT pg_sleep(20)')).rejects.toThrow(/statement timeout/);
      expect(await answers(database)).toBe(true);
    },
  );

  it.runIf(serverUrl)('makes a request wait for a connection no longer than stated', async () => {
    await using database = openPostgres(serverUrl ?? '', { ...impatient, statementTimeoutMs: 2000 });
    const told = Promise.withResolvers<undefined>();
    const busy = [1, 2].map(() => database.transaction(() => told.promise));
    await expect(database.query('SELECT 1')).rejects.toThrow(DatabaseUnavailableError);
    told.resolve(undefined);
    await Promise.all(busy);
    expect(await answers(database)).toBe(true);
  });

  it.runIf(serverUrl)('is migrated once by instances that start together', async () => {
    await using schema = await createSchema(serverUrl ?? '');
    const open = (): Promise<Database> => openDatabase({ url: schema.url, onLost });
    const databases = await Promise.all([open(), open(), open(), open()]);
    expect(await databases[0].query('SELECT id FROM schema_migrations')).toEqual([{ id: '0001-tasks' }]);
    for (const database of databases) await database[Symbol.asyncDispose]();
  });

  it.runIf(serverUrl)('may go and come back', async () => {
    await using proxy = await startProxy(new URL(serverUrl ?? ''));
    await using database = openPostgres(proxy.url, { ...impatient, connectTimeoutMs: 2000 });
    expect(await answers(database)).toBe(true);
    onLost.mockClear();
    proxy.cut();
    await vi.waitFor(() => {
      expect(onLost).toHaveBeenCalled();
    });
    await expect(database.query('SELECT 1')).rejects.toThrow(DatabaseUnavailableError);
    proxy.mend();
    expect(await answers(database)).toBe(true);
  });
});
