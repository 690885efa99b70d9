import { spawnSync } from 'node:child_process';
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/*
 * The package as a stranger gets it: packed, installed in an empty project, and used from there. Run by
 * `npm run test:package`, since it builds, and asks the registry for what the cache of npm does not have.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IMPLEMENTATIONS = path.join(ROOT, 'conformance/implementations');
const NODE_22 = '22.23.3';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Manifest;

let folder: string;
let project: string;
let tarball: string;

function run(command: string, args: readonly string[], cwd: string) {
  const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  return { status, stdout, said: stdout + stderr };
}

function expectSuccess({ status, said }: { readonly status: number | null; readonly said: string }): void {
  if (status !== 0) throw new Error(`ended with ${status ?? 'a signal'}:\n${said}`);
}

function npm(args: readonly string[], cwd: string): string {
  const outcome = run('npm', [...args, '--no-fund', '--no-audit'], cwd);
  expectSuccess(outcome);
  return outcome.stdout;
}

function bytesIn(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

/** `gateproof` as npm has linked it, run by this Node or another. */
function gateproof(args: readonly string[], cwd = project, node = process.execPath) {
  return run(node, [path.join(project, 'node_modules/gateproof/bin/gateproof.js'), ...args], cwd);
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gateproof-package-'));
  project = path.join(folder, 'project');
  mkdirSync(project);
  writeFileSync(path.join(project, 'package.json'), '{ "private": true, "type": "module" }');
  npm(['pack', '--silent', '--pack-destination', folder], ROOT);
  tarball = path.join(folder, globSync('*.tgz', { cwd: folder })[0] ?? '');
  const began = Date.now();
  npm(['install', '--prefer-offline', tarball], project);
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  console.info(
    `tarball ${megabytes(statSync(tarball).size)}; installed in ${seconds} s: gateproof ${megabytes(bytesIn(path.join(project, 'node_modules/gateproof')))}, with dependencies ${megabytes(bytesIn(path.join(project, 'node_modules')))}`,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the package', () => {
  test('holds what it needs and no tests, sources or notes of ours', () => {
    const files = globSync('**/*', { cwd: path.join(project, 'node_modules/gateproof') });
    expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$|(^|\/)testing\//.test(file))).toEqual([]);
    expect(files.filter((file) => file.startsWith('dist/conformance/implementations'))).toEqual([]);
    expect(files).toContain('conformance/reports/report.schema.json');
  });

  test('is clean by publint', () => {
    expectSuccess(run(path.join(ROOT, 'node_modules/.bin/publint'), [tarball, '--strict'], ROOT));
  });

  test('has types that resolve by arethetypeswrong, as a package of ES modules', () => {
    expectSuccess(
      run(
        path.join(ROOT, 'node_modules/.bin/attw'),
        [
          tarball,
          '--profile',
          'esm-only',
          '--exclude-entrypoints',
          './spec/openapi.yaml',
          './report.schema.json',
        ],
        ROOT,
      ),
    );
  });
});

describe('every export', () => {
  const modules = Object.entries(manifest.exports).flatMap(([name, target]) =>
    typeof target === 'string' ? [] : [name.replace(/^\./, 'gateproof')],
  );

  test('compiles in a strict TypeScript project with node16 resolution', () => {
    const imports = modules.map(
      (name, at) => `import * as m${at} from '${name}';\nexport const e${at}: object = m${at};`,
    );
    const config = `import { defineConfig, type Config } from 'gateproof';\nexport const config: Config = defineConfig({ start: 'npm start', setup: async () => { await Promise.resolve(); } });\n// @ts-expect-error no such member\nexport const wrong: Config = { strat: 'x' };`;
    writeFileSync(path.join(project, 'imports.ts'), [...imports, config].join('\n'));
    expectSuccess(
      run(
        path.join(ROOT, 'node_modules/.bin/tsc'),
        [
          ...['--noEmit', '--strict', '--skipLibCheck', '--module', 'node16', '--target', 'es2023'],
          ...['--types', 'node', '--typeRoots', path.join(ROOT, 'node_modules/@types'), 'imports.ts'],
        ],
        project,
      ),
    );
  });

  /** Those that another package brings to life are tried where that is. */
  const alone = modules.filter((name) => name !== 'gateproof/vitest');
  const script = `for (const name of ${JSON.stringify(alone)}) if (Object.keys(await import(name)).length === 0) throw new Error(name);`;

  test('loads', () => {
    expectSuccess(run(process.execPath, ['--input-type=module', '--eval', script], project));
  });

  test('loads on Node 22, and the command runs there', () => {
    const other = path.join(folder, 'node22');
    mkdirSync(other);
    writeFileSync(path.join(other, 'package.json'), '{ "private": true }');
    const name = `node-${process.platform}-${process.arch}`;
    npm(['install', '--prefer-offline', `${name}@${NODE_22}`], other);
    const node = path.join(other, 'node_modules', name, 'bin/node');
    expectSuccess(run(node, ['--input-type=module', '--eval', script], project));
    expect(run(node, ['--version'], project).stdout).toBe(`v${NODE_22}\n`);
    expectSuccess(gateproof(testOf('organisations'), project, node));
  });
});

/** A part of the suite on one of the foreign APIs. */
function testOf(name: string): readonly string[] {
  const backend = path.join(IMPLEMENTATIONS, name);
  const config = globSync('gateproof.config.*', { cwd: backend })[0];
  const which =
    config === undefined
      ? ['--contract', path.join(backend, 'openapi.json'), '--start', path.join(backend, 'start')]
      : ['--config', path.join(backend, config)];
  return ['test', ...which, '--area', 'claims', '--area', 'error-contract'];
}

describe('the command', () => {
  test('says what it can do', () => {
    const { status, stdout } = run('npx', ['--no-install', 'gateproof', '--help'], project);
    expect(status).toBe(0);
    expect(stdout).toMatch(/demo.*init.*test.*idp.*api.*token.*doctor/s);
  });

  test('writes a configuration, which is refused until it is filled in', () => {
    const document = path.join(IMPLEMENTATIONS, 'problem-details/openapi.json');
    expect(gateproof(['init', document])).toMatchObject({ status: 0 });
    expect(gateproof(['test'])).toMatchObject({ status: 2 });
    rmSync(path.join(project, 'gateproof.config.ts'));
  });

  test.each(['problem-details', 'detail-bodies', 'organisations'])('tests %s', (name) => {
    const tested = gateproof(testOf(name));
    expectSuccess(tested);
    expect(tested.said).toContain('PASS');
  });
});
