import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const scoreboard = (
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): readonly [number | null, string] => {
  const script = fileURLToPath(new URL('scoreboard.ts', import.meta.url));
  const env = { ...process.env, ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env,
  });
  return [status, stdout + stderr];
};

test.each([
  [['no-such-gate'], /there is no implementation "no-such-gate"; there are .*express-jose/],
  [['--area', 'weather'], /there is no area "weather"; the areas are .*claims/],
  [['express-jose', '--variant', 'soft'], /none of them has a variant "soft"/],
  [['--fast'], /--fast/],
])('%j is wrong usage, and it says why', (args, message) => {
  const [status, output] = scoreboard(args);
  expect(output).toMatch(message);
  expect(output).not.toMatch(/^ +at /m);
  expect(status).toBe(2);
});

test('a missing tool is told and its verdict kept, unless GATEPROOF_REQUIRE names it', () => {
  const args = ['express-jose', '--area', 'claims'];
  const [status, output] = scoreboard(args, { PATH: '/nowhere', GATEPROOF_REQUIRE: '' });
  expect(output).toContain('express-jose: node is not there, so its committed verdict stays');
  expect(output).toMatch(/^run: nothing$/m);
  expect(output).toMatch(/^not run: .*express-jose default, express-jose hardened/m);
  expect(status).toBe(0);
  expect(scoreboard(args, { PATH: '/nowhere', GATEPROOF_REQUIRE: 'k6,node' })[0]).toBe(3);
});

test('lists what there is', () => {
  const [status, output] = scoreboard(['--list']);
  expect(output).toMatch(/^express-jose \(JavaScript\): default, hardened$/m);
  expect(status).toBe(0);
});
