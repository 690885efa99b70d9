import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../conformance/index.ts';
import { type MockIdp, startMockIdp } from '../mock-idp/index.ts';

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['bin/gateproof.js', ...args], {
    env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', ...env },
  });
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
  const ended = new Promise<Outcome>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, ...output });
    });
  });
  return { child, output, ended };
}

const gateproof = (...args: readonly string[]) => start(args).ended;

let idp: MockIdp;
let folder: string;
beforeAll(async () => {
  idp = await startMockIdp();
  folder = await mkdtemp(join(tmpdir(), 'gateproof-'));
});
afterAll(async () => {
  await idp.close();
  await rm(folder, { recursive: true });
});

describe('wrong usage exits with 2 and says what to do', () => {
  test.each<[string, readonly string[], string]>([
    ['test without a backend', ['test'], 'gateproof test --start "<command>"'],
    ['doctor with nothing to look at', ['doctor'], 'there is nothing to check'],
    ['doctor with a file that is not there', ['doctor', 'no.env'], 'no.env cannot be read'],
    ['an unknown command', ['tets'], 'Did you mean test?'],
    ['an unknown option', ['test', '--strat', 'x'], 'Did you mean --start?'],
    ['a URL that is none', ['test', 'localhost'], 'It must be an http or https URL'],
    ['an unknown area', ['test', '--start', 'true', '--area', 'claim'], 'did you mean claims'],
    ['an unknown check', ['test', '--start', 'true', '--only', 'alg-nun'], 'did you mean alg-none'],
    [
      'a number out of bounds',
      ['test', '--start', 'true', '--leeway', '-1'],
      'It must be a number from 0 to 300',
    ],
    [
      'an unknown report format',
      ['test', '--start', 'true', '--report', 'pdf=x'],
      'one of the formats json, junit',
    ],
    [
      'a report that cannot be written',
      ['test', '--start', 'true', '--report', 'json=/dev/null/x'],
      'cannot be written',
    ],
    ['a contract that is not there', ['test', '--start', 'true', '--contract', '/none.yaml'], '/none.yaml'],
    [
      'a mock identity provider that is not there',
      ['test', '--start', 'true', '--idp', 'http://127.0.0.1:1'],
      '127.0.0.1:1',
    ],
    [
      'two of them',
      ['test', '--start', 'true', '--idp', 'http://127.0.0.1:1', '--idp-port', '1'],
      'give one of the two',
    ],
    [
      'several servers of one issuer, which only load can take',
      ['test', '--start', 'true', '--idp', 'http://127.0.0.1:1', '--idp', 'http://127.0.0.1:2'],
      'It is given twice; give one.',
    ],
    ['a token of nobody', ['token', '--idp', 'http://127.0.0.1:1'], 'start one with "gateproof idp"'],
  ])('%s', async (_, args, message) => {
    const { code, out, err } = await gateproof(...args);
    expect(err).toContain(message);
    expect(err).not.toMatch(/^\s+at /m);
    expect([code, out]).toEqual([2, '']);
  });

  test('settings of the reference API, all at once', async () => {
    const { code, err } = await start(['api'], { JWKS_COOLDOWN: 'soon' }).ended;
    expect(err).toMatch(/BETTER_AUTH_URL.*JWT_AUDIENCE.*JWKS_COOLDOWN/s);
    expect(code).toBe(2);
  });
});

test('help and version exit with 0', async () => {
  const [help, version] = await Promise.all([gateproof('--help'), gateproof('--version')]);
  expect([help.code, version.code]).toEqual([0, 0]);
  expect(help.out).toMatch(/demo.*test.*idp.*api.*token/s);
  expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('token', () => {
  const mint = (...args: readonly string[]) => gateproof('token', '--idp', idp.url, ...args);
  const claimsOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

  test('prints a token with the claims asked for, and nothing else', async () => {
    const { code, out, err } = await mint('--sub', 'user-9', '--claim', 'admin=true', '--claim', 'name=null');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(claimsOf(out)).toMatchObject({ sub: 'user-9', admin: true });
    expect(claimsOf(out)).not.toHaveProperty('name');
  });

  test('prints a forged one, and names its variants apart from it', async () => {
    const forged = await mint('--forge', 'alg-none-case', '--variant', 'NONE');
    expect(forged.out).toMatch(/^[\w-]+\.[\w-]+\.\n$/);
    expect(forged.err).toBe('');
    expect((await mint('--forge', 'alg-none-case')).err).toContain('variants (--variant): ');
    expect(await mint('--forge', 'alg-none-case', '--variant', 'x')).toMatchObject({ code: 2, out: '' });
    expect((await mint('--forge', 'alg-nun')).err).toContain('alg-none');
  });

  test('lists the forgeries', async () => {
    expect((await gateproof('token', '--list')).out).toMatch(/^alg-none +refuse +\S/m);
  });
});

describe('test', () => {
  const only = ['--only', 'jws-control', '--only', 'alg-none', '--only', 'never-5xx'];

  /** A backend on a free port, for one run. */
  async function against(
    status: number,
    ...args: readonly string[]
  ): Promise<Outcome & { readonly url: string }> {
    const server = createServer((request, response) => {
      response.statusCode = request.headers.authorization === undefined ? 401 : status;
      response.setHeader('content-type', 'application/json');
      // What a careless backend does: the report must not show it.
      response.end(JSON.stringify({ token: request.headers.authorization }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      return { url, ...(await gateproof('test', url, '--idp', idp.url, ...only, ...args)) };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test('exits with 1 where a MUST fails, and prints and writes why, without a token', async () => {
    const json = join(folder, 'reports', 'report.json');
    const junit = join(folder, 'report.xml');
    const { code, out, err } = await against(200, '--report', `json=${json}`, '--report', `junit=${junit}`);
    expect(code).toBe(1);
    expect(out).toMatch(/✗ alg-none {2}MUST.*FAIL/s);
    expect(err).toContain('gateproof: side by side\n');
    const written = [await readFile(json, 'utf8'), await readFile(junit, 'utf8')];
    expect([out, err, ...written].filter((text) => /eyJ[\w-]{8}/.test(text))).toEqual([]);
    const report = JSON.parse(written[0] ?? '') as Report;
    expect(report.summary).toMatchObject({ verdict: 'fail', total: 3, failed: 1 });
    expect(report.checks.map(({ id }) => id)).toEqual(['alg-none', 'jws-control', 'never-5xx']);
    expect(written[1]).toContain('<testcase classname="gateproof.algorithms-and-keys" name="alg-none"');
  });

  test('writes every report there is, and shows in none a token', async () => {
    const formats = ['json', 'junit', 'sarif', 'html', 'markdown'];
    const files = formats.map((format) => join(folder, `all.${format}`));
    const options = formats.flatMap((format, at) => ['--report', `${format}=${files[at] ?? ''}`]);
    const { code, out } = await against(200, ...options);
    expect(code).toBe(1);
    expect(out).toContain('TOKEN=$(npx gateproof token --idp');
    const written = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    expect(written.filter((text) => !text.includes('alg-none'))).toEqual([]);
    expect([out, ...written].filter((text) => /eyJ[\w-]{8}/.test(text))).toEqual([]);
  });

  test('accepts what a baseline accepts, once its reasons are written, and fails for what it need not accept', async () => {
    const file = join(folder, 'baseline.yaml');
    expect((await against(200, '--write-baseline', file)).code).toBe(1);
    const unwritten = await against(200, '--baseline', file);
    expect(unwritten.err).toContain('alg-none.reason is still to be written');
    expect(unwritten.code).toBe(2);
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace(/TODO.*/, 'The gateway in front refuses it'),
    );
    const accepted = await against(200, '--baseline', file);
    expect(accepted.out).toMatch(/Accepted: 1.*The gateway in front refuses it.*PASS.*1 accepted/s);
    expect(accepted.code).toBe(0);
    await writeFile(file, 'accepted:\n  - check: jws-control\n    reason: It was so when we began\n');
    const stale = await against(200, '--baseline', file);
    expect(stale.out).toContain('jws-control passes now; remove it');
    expect(stale.code).toBe(1);
  });

  test('runs the rules of a version, and names those there are', async () => {
    const json = join(folder, 'frozen.json');
    expect((await against(200, '--requirements', '1.0', '--report', `json=${json}`)).code).toBe(1);
    expect((JSON.parse(await readFile(json, 'utf8')) as Report).requirements).toBe('1.0');
    const { code, err } = await against(200, '--requirements', '7.3');
    expect([code, err]).toEqual([2, expect.stringContaining('there is: 1.0')]);
  });

  test('exits with 3 where the control fails, and says how to wire the two', async () => {
    const { code, out } = await against(401);
    expect(code).toBe(3);
    expect(out).toMatch(/NO VERDICT.*BETTER_AUTH_JWKS_URL=/s);
  });

  test('exits with 3 where nobody listens', async () => {
    const { code, out } = await gateproof('test', 'http://127.0.0.1:1', '--idp', idp.url);
    expect(code).toBe(3);
    expect(out).toContain('no connection');
  });

  test('exits with 3 where the command ends, and shows its last words', async () => {
    const { code, out } = await gateproof('test', '--start', 'echo no database >&2; exit 4');
    expect(code).toBe(3);
    expect(out).toContain('the backend ended with exit code 4');
    expect(out).toContain('no database');
  });
});

describe('doctor', () => {
  test('says all that is wrong with a .env file, where, and what to do, without its secret', async () => {
    const path = join(folder, 'wrong.env');
    await writeFile(path, 'BETTER_AUTH_URL=http://auth.shop.test\nBETTER_AUTH_SECRET=short-secret\n');
    const { code, out, err } = await gateproof('doctor', path);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain(`✗ BETTER_AUTH_URL (${path}:1) is plain HTTP`);
    expect(out).toContain('has 12 characters');
    expect(out).not.toContain('short-secret');
  });

  test('explains a token from standard input, and exits with 0 where nothing is wrong', async () => {
    const { issuer, audience, jwksUrl } = idp.issuer();
    const { token } = await idp.issuer().mint({});
    const flags = ['--issuer', issuer, '--audience', audience, '--jwks-url', jwksUrl];
    const { child, ended } = start(['doctor', ...flags, '--token', '-']);
    child.stdin.end(token);
    const { code, out } = await ended;
    expect(code).toBe(0);
    expect(out).toContain('Nothing here makes an API of this configuration refuse it.');
    expect(out).not.toContain(token.split('.')[2]);
  });
});

test('Ctrl-C ends a run, its backend and all that it has started, and exits with 130', async () => {
  const pidFile = join(folder, 'pid');
  const server = [
    `require('fs').writeFileSync('${pidFile}', String(process.pid))`,
    `require('http').createServer((q, r) => r.end('{}')).listen(process.env.PORT, process.env.HOST)`,
  ].join(';');
  // A child of the shell, as with npm start.
  const { child, output, ended } = start(['test', '--start', `"${process.execPath}" -e "${server}"; true`]);
  await expect.poll(() => output.err, { timeout: 20_000 }).toContain('side by side');
  const pid = Number(await readFile(pidFile, 'utf8'));
  expect(process.kill(pid, 0)).toBe(true);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130, out: '' });
  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('idp says where it is and how to use it, and ends on SIGTERM', async () => {
  const { child, output, ended } = start(['idp', '--port', '0']);
  await expect.poll(() => output.out, { timeout: 20_000 }).toContain('--idp http://127.0.0.1:');
  const jwksUrl = /BETTER_AUTH_JWKS_URL=(\S+)/.exec(output.out)?.[1] ?? '';
  expect((await fetch(jwksUrl)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0, err: '' });
});
