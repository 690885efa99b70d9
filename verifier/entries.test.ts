import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** The packages that a module loads, with all it imports, in a process of its own. */
function packagesOf(path: string): readonly string[] {
  const script = `
    import { registerHooks } from 'node:module';
    const packages = new Set();
    registerHooks({
      resolve(specifier, context, next) {
        if (!/^(node:|file:|[./])/.test(specifier)) packages.add(specifier);
        return next(specifier, context);
      },
    });
    await import(${JSON.stringify(join(ROOT, path))});
    console.log(JSON.stringify([...packages].sort()));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect(stderr).not.toContain('Error');
  return JSON.parse(stdout) as string[];
}

/** What the package exports of this folder, as sources. */
function entries(): readonly string[] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, { readonly default?: string }>>;
  };
  return Object.entries(exports)
    .filter(([name]) => name.startsWith('./verifier'))
    .map(([, { default: file = '' }]) => file.replace('./dist/', '').replace(/\.js$/, '.ts'));
}

test('no face of the verifier loads a framework, and the library loads nothing at all', () => {
  const own = ['verifier/index.ts', 'verifier/fastify.ts', 'verifier/fetch.ts', 'verifier/metrics.ts'];
  expect([...entries()].sort()).toEqual([...own].sort());
  for (const path of ['verifier/index.ts', 'verifier/fastify.ts', 'verifier/fetch.ts']) {
    expect(packagesOf(path).filter((name) => !isBuiltin(name))).toEqual([]);
  }
  // prom-client itself asks for further packages.
  expect(packagesOf('verifier/metrics.ts')).toContain('prom-client');
  expect(packagesOf('verifier/metrics.ts')).not.toContain('express');
});
