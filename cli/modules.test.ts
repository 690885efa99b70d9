import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Tells on the standard error which modules are loaded. */
const TELL_MODULES = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  import { writeSync } from 'node:fs';
  registerHooks({ load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); } });
`)}`;

/** What of our folder is loaded, by its first level. */
async function foldersLoaded(...args: readonly string[]): Promise<readonly string[]> {
  const nodeArgs = ['--import', TELL_MODULES, 'bin/gateproof.js', ...args];
  const { stderr } = await promisify(execFile)(process.execPath, nodeArgs);
  const root = new URL('../', import.meta.url).href;
  const folders = stderr
    .split('\n')
    .filter((url) => url.startsWith(root))
    .map((url) => url.slice(root.length).split('/')[0] ?? '');
  return [...new Set(folders)].sort();
}

test('a command loads what it needs and no more: its start is paid once per backend and run', async () => {
  expect(await foldersLoaded('--version')).toEqual(['bin', 'cli', 'node_modules', 'package.json']);
});
