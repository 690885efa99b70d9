/**
 * `npm run conformance:postgres [-- options of test]`: the suite on the reference API with a PostgreSQL server in a
 * container, which is looked into. `GATEPROOF_POSTGRES_IMAGE` names another image than the official one. Exits as `test`
 * does; without Docker with 3, since nothing was tested. A tool of the project, not a command of the package.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PostgreSqlContainer, type StartedPostgreSqlContainer } from '@testcontainers/postgresql';

const IMAGE = process.env['GATEPROOF_POSTGRES_IMAGE'] ?? 'postgres:17.6-alpine';
const NO_VERDICT = 3;
/** Keeps the text of statements, so that a finding can name one. */
const COUNTED = ['-c', 'shared_preload_libraries=pg_stat_statements'];
/** Nothing of it outlives the run. */
const HASTY = ['-c', 'fsync=off', '-c', 'full_page_writes=off'];

const began = performance.now();
const container = await start();
if (container === undefined) process.exitCode = NO_VERDICT;
else {
  try {
    console.log(`PostgreSQL (${IMAGE}) is ready after ${seconds()}`);
    process.exitCode = await test(container);
  } finally {
    await container.stop();
    console.log(`The whole run took ${seconds()}, the container included`);
  }
}

async function start(): Promise<StartedPostgreSqlContainer | undefined> {
  try {
    const started = await new PostgreSqlContainer(IMAGE)
      .withDatabase('gateproof')
      .withUsername('gateproof')
      .withPassword(randomBytes(24).toString('base64url'))
      .withCommand(['postgres', ...COUNTED, ...HASTY])
      .start();
    await started.exec([
      'psql',
      '-U',
      'gateproof',
      '-d',
      'gateproof',
      '-c',
      'CREATE EXTENSION pg_stat_statements',
    ]);
    return started;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const required = process.env['GATEPROOF_REQUIRE']?.split(',').includes('docker') ?? false;
    console.error(`gateproof: no PostgreSQL container could be started from ${IMAGE}: ${reason}
Nothing was tested. It takes a running Docker (docker info), and an image that it has or can pull; GATEPROOF_POSTGRES_IMAGE
names another one.${required ? ' GATEPROOF_REQUIRE names docker, so this is a failure.' : ''}`);
    return undefined;
  }
}

/** Runs the command as a user would. The password goes through the environment, where no list of processes shows it. */
async function test(server: StartedPostgreSqlContainer): Promise<number> {
  const uri = server.getConnectionUri();
  const visible = Object.assign(new URL(uri), { password: '' }).href;
  const child = spawn(
    process.execPath,
    [
      'cli/main.ts',
      'test',
      ...['--start', `"${process.execPath}" cli/main.ts api`, '--database', visible],
      ...process.argv.slice(2),
    ],
    {
      cwd: new URL('..', import.meta.url),
      stdio: 'inherit',
      env: { ...process.env, DATABASE_URL: uri, PGPASSWORD: server.getPassword(), LOG_LEVEL: 'warn' },
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? NO_VERDICT;
}

function seconds(): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}
