import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MockIdp, startMockIdp } from '../mock-idp/index.ts';

const BIN = fileURLToPath(new URL('../bin/gateproof.js', import.meta.url));
const IMPLEMENTATIONS = fileURLToPath(new URL('../conformance/implementations', import.meta.url));

let folder: string;
let idp: MockIdp;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gateproof-first-'));
  idp = await startMockIdp();
});
afterAll(async () => {
  await idp.close();
  await rm(folder, { recursive: true });
});

/** In an empty folder, as somebody new would. All it said, in one line. */
async function gateproof(...args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const env = { PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' };
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, env });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, said: said.replace(/\s+/g, ' ') };
}

async function script(name: string, text: string): Promise<string> {
  await writeFile(path.join(folder, name), text);
  return `node ${name}`;
}

const few = ['--only', 'jws-control', '--only', 'alg-none'];

describe('a first run says what to do next', () => {
  test('without arguments: how to name a backend, and that init writes a configuration', async () => {
    const { code, said } = await gateproof('test');
    expect(code).toBe(2);
    expect(said).toContain('gateproof test --start "<command>"');
    expect(said).toContain('gateproof init openapi.yaml');
  });

  test('nobody at the URL: start it, correct the URL, or let the suite start it', async () => {
    const { code, said } = await gateproof('test', 'http://127.0.0.1:9', '--idp', idp.url, ...few);
    expect(code).toBe(3);
    expect(said).toContain('no connection (ECONNREFUSED). Start the backend there, or correct the URL');
  });

  test('another API at the URL: its document, and the path prefix', async () => {
    const server = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, said } = await gateproof('test', `http://127.0.0.1:${port}`, '--idp', idp.url, ...few);
    server.close();
    expect(code).toBe(3);
    expect(said).toContain('Give its own document (--contract openapi.yaml), and the path prefix in the URL');
  });

  test('a backend that trusts another issuer: which settings it must read, and how to map their names', async () => {
    const start = await script(
      'trusts-another.mjs',
      `import { createServer } from 'node:http';
       createServer((_, response) => response.writeHead(401).end()).listen(process.env.PORT, process.env.HOST);`,
    );
    const { code, said } = await gateproof('test', '--start', start, ...few);
    expect(code).toBe(1);
    expect(said).toContain('it must read BETTER_AUTH_JWKS_URL=http://');
    expect(said).toContain('"env" in a gateproof.config maps them');
  });

  test.each([
    [
      'that is not up',
      'setInterval(() => {}, 1000);',
      'It must listen on the host in $HOST and the port in $PORT',
    ],
    [
      'that needs a database',
      "console.error('connect ECONNREFUSED 127.0.0.1:5432'); process.exit(1);",
      'It seems to miss its database: start that first',
    ],
    [
      'that lacks a setting',
      "console.error('no ISSUER'); process.exit(1);",
      '"gateproof init" writes a configuration',
    ],
  ])('a backend %s', async (_, text, advice) => {
    const start = await script('backend.mjs', text);
    const { code, said } = await gateproof('test', '--start', start, '--start-timeout', '0.5', ...few);
    expect(code).toBe(3);
    expect(said).toContain(advice);
    // The same reason for hundreds of checks is said once.
    expect(said.length).toBeLessThan(2_000);
  });

  test('a command that is none', async () => {
    const { code, said } = await gateproof('test', '--start', 'no-such-command-here', ...few);
    expect(code).toBe(3);
    expect(said).toContain('no-such-command-here: not found. The shell cannot run the command');
  });
});

test('init writes a configuration that test refuses until it is filled in, and never over another', async () => {
  const nowhere = await gateproof('init');
  expect(nowhere.code).toBe(2);
  expect(nowhere.said).toContain('gateproof init http://127.0.0.1:8000/openapi.json');

  const backend = path.join(IMPLEMENTATIONS, 'detail-bodies');
  const init = await gateproof('init', path.join(backend, 'openapi.yaml'));
  expect(init.code).toBe(0);
  const file = path.join(folder, 'gateproof.config.mts');
  const text = await readFile(file, 'utf8');
  expect(text).toContain('A GUESS, by the names');

  const refused = await gateproof('test');
  expect(refused.code).toBe(2);
  expect(refused.said).toContain('start: is still to be filled in: the command that starts your backend');

  const again = await gateproof('init', path.join(backend, 'openapi.yaml'));
  expect(again.code).toBe(2);
  expect(again.said).toContain('gateproof.config.mts is there already');
  expect(await readFile(file, 'utf8')).toBe(text);

  const filled = text
    .replace(/'TODO: the command[^\n]*/, `${JSON.stringify(path.join(backend, 'start'))},`)
    .replace(/'TODO: its name for the issuer'/, 'AUTH_ISSUER')
    .replace(/'TODO: its name for the address[^']*'/, 'AUTH_JWKS')
    .replace(/'TODO: its name for the audience'/, 'AUTH_AUDIENCE');
  await writeFile(file, filled);
  const passed = await gateproof('test', ...few, '--only', 'cross-get');
  expect(passed.said).toContain('PASS');
  expect(passed.code).toBe(0);
});
