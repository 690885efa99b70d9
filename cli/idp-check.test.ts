import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IdpReport } from '../conformance/doctor/index.ts';
import { type MockIdp, startMockIdp } from '../mock-idp/index.ts';

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

async function idpCheck(args: readonly string[], input = '') {
  const child = spawn(process.execPath, ['bin/gateproof.js', 'idp-check', ...args], {
    env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1' },
  });
  child.stdin.end(input);
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, out, err };
}

test('a fit issuer and its token give 0, and a report as JSON beside the page, neither with the token', async () => {
  const { issuer, audience } = idp.issuer();
  const { token } = await idp.issuer().mint({});
  const path = join(folder, 'made', 'idp.json');
  const args = [issuer, '--audience', audience, '--token', '-', '--report', `json=${path}`];
  const { code, out, err } = await idpCheck(args, `${token}\n`);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('✓ token      aud');
  expect(out).toContain('FIT  ');
  const report = await readFile(path, 'utf8');
  expect(JSON.parse(report) as IdpReport).toMatchObject({ issuer, verdict: 'fit' });
  for (const shown of [out, report]) expect(shown).not.toContain(token.split('.')[1]);
});

test('an unfit one gives 1, and says what, where, by which clause, and what to do', async () => {
  const issuer = idp.issuer('unfit');
  await issuer.changeKeys({ story: 'edit', members: { use: 'enc' } });
  const { code, out } = await idpCheck([issuer.issuer]);
  expect(code).toBe(1);
  expect(out).toContain(`✗ key set    ${issuer.jwksUrl} holds no key that can verify RS256`);
  expect(out).toContain('Let the identity provider sign with RS256.');
  expect(out).toContain('jwks-no-rs256; RFC 7518 §3.3');
  expect(out).toContain('NOT FIT');
});

test('a key set that no document names is asked for where --jwks says', async () => {
  const issuer = idp.issuer('bare');
  await issuer.fault({ endpoint: 'discovery', actions: [{ kind: 'respond', status: 404 }] });
  const { code, out } = await idpCheck([issuer.issuer, '--jwks', `${issuer.issuer}/jwks`]);
  expect(code).toBe(0);
  expect(out).toContain(`${issuer.issuer}/jwks holds key`);
});

test('one that cannot be reached gives 3', async () => {
  const gone = await startMockIdp();
  await gone.close();
  const { code, out } = await idpCheck([gone.url]);
  expect(code).toBe(3);
  expect(out).toContain('nothing listens there');
  expect(out).toContain('NO VERDICT');
});

test.each([
  ['no issuer', [], "missing required argument 'issuer'"],
  ['an issuer that is no URL', ['login.example.org'], 'http or https URL'],
  ['a key set that is no URL', ['http://127.0.0.1:9', '--jwks', '/jwks'], 'http or https URL'],
  ['another report', ['http://127.0.0.1:9', '--report', 'html=x'], 'json=<path>'],
  ['a report nowhere', ['http://127.0.0.1:9', '--report', 'json=/dev/null/x'], 'cannot be written'],
])('%s gives 2', async (_, args, message) => {
  const { code, err } = await idpCheck(args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});
