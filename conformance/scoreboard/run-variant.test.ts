import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Implementation } from './manifest.ts';
import { hasTool, install, runVariant } from './run-variant.ts';
import { variantVerdict } from './verdict.ts';

let folder = '';
beforeEach(() => {
  // A blank and a quote: nothing in a path may reach a shell as anything else.
  folder = mkdtempSync(join(tmpdir(), "gate's proof-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function script(name: string, line: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`);
  chmodSync(join(folder, name), 0o755);
}

const implementation = (): Implementation => ({
  folder,
  manifest: {
    ...{ name: 'a-gate', title: 'A gate', language: 'Shell', tool: 'node', libraries: { sh: '1' } },
    ...{ install: './install', start: './start', findings: [], withheld: [] },
    variants: { default: { title: 'as is', environment: { GATEPROOF_VARIANT: 'this one' } } },
  },
});

test('finds a tool on the path, if it can be run', () => {
  script('go', 'exit 0');
  expect(hasTool('go', `/nowhere:${folder}`)).toBe(true);
  chmodSync(join(folder, 'go'), 0o644);
  expect(hasTool('go', folder)).toBe(false);
});

test('installs in the folder, and says that it failed', async () => {
  script('install', 'touch installed');
  await install(implementation());
  expect(existsSync(join(folder, 'installed'))).toBe(true);
  script('install', 'exit 7');
  await expect(install(implementation())).rejects.toThrow('its install ended with 7');
  rmSync(join(folder, 'install'));
  await expect(install(implementation())).rejects.toThrow(/its install ended with .*ENOENT/);
});

test('a backend that does not start gives a report that is no verdict, with the environment of its variant', async () => {
  script('start', 'echo "variant: $GATEPROOF_VARIANT"; exit 5');
  const report = await runVariant(implementation(), 'default', ['evidence']);
  expect(() => variantVerdict(report, () => false)).toThrow(
    /the run is no verdict: .*exit code 5.*variant: this one/s,
  );
});
