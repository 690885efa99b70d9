import { expect, test, vi } from 'vitest';
import { createTarget, TargetError } from './http/index.ts';
import { commandLauncher, type LaunchedBackend } from './launch.ts';

/** A server that answers with its environment and writes what it is asked to. */
const SERVER = `
  require('node:http').createServer((request, response) => {
    if (request.url === '/exit') process.exit(7);
    console.log('asked for ' + request.url);
    response.end(JSON.stringify({ ...process.env, pid: process.pid }));
  }).listen(process.env.PORT, process.env.HOST);
  if (process.env.STUBBORN) process.on('SIGTERM', () => {});
`;
const command = `"${process.execPath}" -e ${JSON.stringify(SERVER.replace(/\n\s*/g, ' '))}`;

async function ask(backend: LaunchedBackend, path: string): Promise<Record<string, string | number>> {
  await using target = createTarget(backend.url);
  const request = { method: 'GET', path, headers: [], secrets: [] };
  const exchange = await eventually(() => target.send(request));
  return JSON.parse(exchange.response.body) as Record<string, string | number>;
}

/** Tries until it works; the launcher does not wait for the backend. */
async function eventually<Value>(attempt: () => Promise<Value>): Promise<Value> {
  return vi.waitFor(attempt, { timeout: 20_000, interval: 20 });
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('starts a shell command with the environment given, and HOST and PORT', async () => {
  await using backend = await commandLauncher(command)({ BETTER_AUTH_URL: 'http://idp' });
  const { port } = new URL(backend.url);
  expect(await ask(backend, '/')).toMatchObject({
    BETTER_AUTH_URL: 'http://idp',
    HOST: '127.0.0.1',
    PORT: port,
  });
});

test('stops whatever the command has started, grandchildren too', async () => {
  const backend = await commandLauncher(`${command} & wait`)({});
  const { pid } = await ask(backend, '/');
  await backend[Symbol.asyncDispose]();
  await eventually(() => (isAlive(Number(pid)) ? Promise.reject(new Error('alive')) : Promise.resolve()));
  expect(isAlive(Number(pid))).toBe(false);
});

test('kills a backend that will not stop', async () => {
  const backend = await commandLauncher(`exec ${command}`, { graceMs: 50 })({ STUBBORN: '1' });
  const { pid } = await ask(backend, '/');
  await backend[Symbol.asyncDispose]();
  expect(isAlive(Number(pid))).toBe(false);
});

test('keeps what the backend wrote', async () => {
  await using backend = await commandLauncher(command)({});
  await ask(backend, '/this');
  await eventually(() =>
    backend.output() === '' ? Promise.reject(new Error('nothing yet')) : Promise.resolve(),
  );
  expect(backend.output()).toBe('asked for /this');
});

test('tells the exit code of a backend that ended by itself', async () => {
  await using backend = await commandLauncher(`exec ${command}`)({});
  expect(backend.exitCode()).toBeUndefined();
  await ask(backend, '/');
  await using target = createTarget(backend.url);
  const exit = target.send({ method: 'GET', path: '/exit', headers: [], secrets: [] });
  await expect(exit).rejects.toBeInstanceOf(TargetError);
  await eventually(() =>
    backend.exitCode() === undefined ? Promise.reject(new Error('alive')) : Promise.resolve(),
  );
  expect(backend.exitCode()).toBe(7);
});

test('signals no process group once the backend has ended, since its number may be that of another by then', async () => {
  const kill = vi.spyOn(process, 'kill');
  const backend = await commandLauncher('exit 3')({});
  // Whatever it left behind is ended in the same instant.
  await vi.waitFor(() => {
    expect(kill).toHaveBeenCalledExactlyOnceWith(expect.any(Number), 'SIGKILL');
  });
  kill.mockClear();
  await backend[Symbol.asyncDispose]();
  expect(kill).not.toHaveBeenCalled();
  expect(backend.exitCode()).toBe(3);
  kill.mockRestore();
});

test('gives every backend a port of its own, and the first the port asked for', async () => {
  const launch = commandLauncher('sleep 10', { port: 21_111, basePath: '/v2' });
  await using first = await launch({});
  await using second = await launch({});
  expect(first.url).toBe('http://127.0.0.1:21111/v2');
  expect(second.url).not.toBe(first.url);
});
