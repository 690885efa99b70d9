import { inspect } from 'node:util';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { serverUrl } from '../../verifier/service/testing/databases.ts';
import { DatabaseError, watchPostgres } from './index.ts';

const SECRET = 'pa55word';

test.each<[string, string, string]>([
  ['no URL', SECRET, 'must be like postgres://'],
  ['another kind of database', `mysql://u:${SECRET}@127.0.0.1/d`, 'must be like postgres://'],
  [
    'a port that nobody listens at',
    `postgres://u:${SECRET}@127.0.0.1:1/d`,
    'at 127.0.0.1:1 cannot be reached',
  ],
  ['a URL that no parser takes', `postgres://u:${SECRET}@[::1/d`, 'must be like postgres://'],
])('says what is wrong with %s, and no password', async (_, url, message) => {
  const error: unknown = await watchPostgres(url).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DatabaseError);
  expect(String(error)).toContain(message);
  expect(inspect(error, { depth: 5, showHidden: true })).not.toContain(SECRET);
});

test.runIf(serverUrl)('tells what others did, and nothing of its own', async () => {
  await using other = await scratch();
  await using database = await watchPostgres(other.url);
  const before = await database.activity();
  for (let look = 0; look < 20; look += 1) await database.rows();
  expect((await database.activity()).transactions).toBe(before.transactions);

  await other.client.query(`INSERT INTO notes SELECT generate_series(1, 30)`);
  // Its last transaction is told of when it ends.
  await other.client.end();
  await expect
    .poll(async () => (await database.activity()).writes['public.notes'], { timeout: 15_000 })
    .toBe(30);
  expect((await database.activity()).transactions).toBeGreaterThan(before.transactions);
  expect(await database.rows()).toEqual({ 'public.notes': 30 });
});

test.runIf(serverUrl)('keeps nobody from changing or dropping a table', async () => {
  await using other = await scratch();
  await using database = await watchPostgres(other.url);
  await database.activity();
  await database.rows();
  await other.client.query("SET lock_timeout = '2s'");
  await other.client.query('ALTER TABLE notes ADD COLUMN more text');
  await other.client.query('DROP TABLE notes');
  expect(await database.rows()).toEqual({});
});

/** A database of its own, with an empty table. */
async function scratch(): Promise<{ readonly url: string; readonly client: Client } & AsyncDisposable> {
  const name = `watched_${process.pid}_${Math.random().toString(36).slice(2)}`;
  const server = new Client({ connectionString: serverUrl });
  await server.connect();
  await server.query(`CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(serverUrl ?? ''), { pathname: `/${name}` }).href;
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE TABLE notes (id integer)');
  return {
    ...{ url, client },
    async [Symbol.asyncDispose]() {
      await client.end().catch(() => undefined);
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.end();
    },
  };
}
