import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { CheckResult } from '../model.ts';
import { haveTool } from '../../spec/testing/tool.ts';

/** Faults of the quickstart that were known before the suite was, and the checks that must find them by themselves. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  '403 without credentials': ['auth-missing'],
  '{"detail"} bodies': ['err-401-schema', 'err-403-schema'],
  '500 on an unknown kid': ['kid-unknown', 'never-5xx'],
  '500 on odd claim types': ['exp-string-number', 'exp-huge-integer'],
  'every aud refused': ['jws-control', 'aud-string', 'aud-array-single'],
  'no aud needed': ['aud-missing'],
  'a removed key accepted for ever': ['rot-remove-key'],
  'one fetch per unknown kid': ['flood-distinct-kids'],
  'a cache poisoned by an empty key set': ['doc-keys-missing-or-object'],
  '/health blocked by a slow key set': ['perf-slow-jwks-no-hol'],
  'lenient base64url': ['jws-illegal-chars', 'jws-padding-signature'],
  'library text in messages': ['err-uniform-reason', 'err-no-library-name'],
};

const python = haveTool(
  'python',
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']).status === 0,
  'the FastAPI quickstart needs Python 3.11 or newer',
);

test.runIf(python)('the suite finds the known faults of the FastAPI quickstart by itself', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateproof-'));
  try {
    const file = path.join(folder, 'report.json');
    const backend = path.join(import.meta.dirname, 'fastapi-quickstart');
    const installed = spawnSync(path.join(backend, 'install'), { stdio: 'inherit' });
    expect(installed.status, 'install').toBe(0);
    const bin = path.join(import.meta.dirname, '../../bin/gateproof.js');
    const run = spawnSync(
      process.execPath,
      [
        bin,
        'test',
        ...['--start', `'${path.join(backend, 'start')}'`, '--report', `json=${file}`],
        ...Object.values(KNOWN).flatMap((ids) => ids.flatMap((id) => ['--only', id])),
      ],
      { encoding: 'utf8' },
    );
    expect(run.status, run.stdout.slice(-2000) + run.stderr.slice(-2000)).toBe(1);

    const { checks } = JSON.parse(readFileSync(file, 'utf8')) as { readonly checks: readonly CheckResult[] };
    const failed = new Set(checks.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id));
    const missed = Object.entries(KNOWN).flatMap(([fault, ids]) =>
      ids.filter((id) => !failed.has(id)).map((id) => `${fault}: ${id}`),
    );
    expect(missed).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
