import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { haveTool } from '../spec/testing/tool.ts';
import { CARELESS_BACKEND } from '../conformance/vitest/testing/careless-backend.ts';

interface Step {
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}
interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly uses?: string; readonly with?: object }[] }>
  >;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const action = parse(read('action.yml')) as Action;
const examples = [...read('docs/ci.md').matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);
const [github = '', gitlab = '', baseline = ''] = examples;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateproof-ci-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** One script, as a runner runs it. */
async function bash(
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; text: string }> {
  const file = join(folder, 'script.sh');
  await writeFile(file, script);
  const PATH = `${join(folder, 'bin')}:${fileURLToPath(new URL('.', `file://${process.execPath}`))}:${process.env['PATH'] ?? ''}`;
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file], {
    cwd: folder,
    env: { ...env, PATH },
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
}

/** The steps of the action with these inputs, up to the one that fails. */
async function runAction(inputs: Readonly<Record<string, string>>) {
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  for (const file of Object.values(files)) await writeFile(file, '');
  const valueOf = (expression: string): string => {
    const [, kind, name = ''] = /^\$\{\{ (inputs|github)\.([\w-]+) \}\}$/.exec(expression) ?? [];
    if (kind === undefined) throw new Error(`what is ${expression}?`);
    return kind === 'github' ? ROOT : (inputs[name] ?? action.inputs[name]?.default ?? '');
  };
  let result: { code: number | null; text: string } = { code: 0, text: '' };
  for (const { run, env } of action.runs.steps) {
    const values = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, valueOf(value)]));
    result = await bash(run, { ...files, ...values });
    if (result.code !== 0) break;
  }
  const written = await readFile(files.GITHUB_OUTPUT, 'utf8');
  const outputs = Object.fromEntries(
    [...written.matchAll(/^([\w-]+)<<(\S+)\n(.*?)\n\2$/gms)].map(([, name, , value]) => [
      name ?? '',
      value ?? '',
    ]),
  );
  return { ...result, outputs, summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8') };
}

describe('the GitHub Action', () => {
  test('puts no expression into a script, and describes and uses every input', () => {
    const { steps } = action.runs;
    expect(steps.filter(({ run }) => run.includes('${{'))).toEqual([]);
    const used = read('action.yml').match(/(?<=\$\{\{ inputs\.)[\w-]+/g) ?? [];
    expect(Object.keys(action.inputs).sort()).toEqual([...new Set(used)].sort());
    const described = [...Object.values(action.inputs), ...Object.values(action.outputs)];
    expect(described.filter(({ description }) => description.length < 10)).toEqual([]);
  });

  test('passes where the API holds, with a summary and the paths of the reports', async () => {
    const start = `'${process.execPath}' '${ROOT}bin/gateproof.js' api`;
    const { code, outputs, summary, text } = await runAction({
      start,
      arguments: '--only=jws-control\n\n--only=alg-none\n',
    });
    expect(text).toContain('PASS');
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ verdict: 'pass', 'exit-code': '0' });
    expect(summary).toMatch(/^### ✅ Pass/);
    for (const name of ['json', 'junit', 'sarif', 'html']) {
      expect((await readFile(outputs[name] ?? '', 'utf8')).length).toBeGreaterThan(100);
      expect(Object.keys(action.outputs)).toContain(name);
    }
  });

  test('fails where it does not, with what failed in the summary', async () => {
    const { code, outputs, summary } = await runAction({
      start: CARELESS_BACKEND,
      arguments: '--only=alg-none',
      requirements: '1.0',
    });
    expect(code).toBe(1);
    expect(outputs).toMatchObject({ verdict: 'fail', 'exit-code': '1' });
    expect(summary).toContain('<code>alg-none</code> MUST');
  });

  test('says what is wrong with its inputs, and gives no verdict', async () => {
    const { code, outputs, text } = await runAction({ start: 'true', requirements: '0.1' });
    expect(text).toContain('there is no set of requirements 0.1; there is: 1.0');
    expect([code, outputs]).toEqual([2, { 'exit-code': '2' }]);
  });

  test('takes no input for code, nor for an option', async () => {
    const evil = '$(touch pwned)`touch pwned`"; touch pwned; \'; touch pwned; "';
    for (const name of ['contract', 'baseline', 'idp', 'requirements', 'arguments']) {
      expect((await runAction({ start: 'true', [name]: evil })).code).toBe(2);
    }
    expect((await runAction({ url: '--version' })).text).toContain('It must be an http or https URL');
    await runAction({ start: 'true', reports: 'a; touch pwned', baseline: evil });
    expect(await readdir(folder)).not.toContain('pwned');
  });
});

describe('the examples in docs/ci.md', () => {
  test('use the inputs and outputs that the action has', () => {
    const steps = Object.values((parse(github) as Workflow).jobs).flatMap((job) => job.steps);
    const ours = steps.find(({ uses }) => uses?.includes('/gateproof@'));
    expect(Object.keys(ours?.with ?? {}).filter((name) => !(name in action.inputs))).toEqual([]);
    const outputs = github.match(/(?<=steps\.gate\.outputs\.)[\w-]+/g) ?? [];
    expect(outputs.length).toBeGreaterThan(1);
    expect(outputs.filter((name) => !(name in action.outputs))).toEqual([]);
  });

  const actionlint = haveTool(
    'actionlint',
    spawnSync('actionlint', ['-version']).status === 0,
    'Without actionlint, the example workflow is only parsed.',
  );
  test.runIf(actionlint)('have nothing that actionlint objects to', async () => {
    const workflow = join(folder, 'gate.yml');
    await writeFile(workflow, github);
    const { stdout, status } = spawnSync('actionlint', ['-no-color', workflow], { encoding: 'utf8' });
    expect([stdout, status]).toEqual(['', 0]);
  });

  test('run on GitLab, and leave the files that it takes', async () => {
    const [job] = Object.values(
      parse(gitlab) as Record<
        string,
        { script: string[]; artifacts: { paths: string[]; reports: { junit: string } } }
      >,
    );
    if (job === undefined) throw new Error('there is no job');
    await mkdir(join(folder, 'bin'));
    // What "npm ci" would have installed, on one check to be quick.
    const npx = `#!/bin/sh\nshift\nexec '${process.execPath}' '${ROOT}bin/gateproof.js' "$@" --only alg-none\n`;
    await writeFile(join(folder, 'bin', 'npx'), npx);
    await writeFile(join(folder, 'bin', 'npm'), `#!/bin/sh\n[ "$1" = ci ] || exec ${CARELESS_BACKEND}\n`);
    for (const name of ['npx', 'npm']) await chmod(join(folder, 'bin', name), 0o755);
    await writeFile(join(folder, 'openapi.yaml'), read('spec/openapi.yaml'));
    const { code } = await bash(job.script.join('\n'), {});
    expect(code).toBe(1);
    const left = await readdir(folder);
    expect(left).toEqual(expect.arrayContaining([...job.artifacts.paths, job.artifacts.reports.junit]));
  });

  test('have a baseline that a run takes', async () => {
    await writeFile(join(folder, 'baseline.yaml'), baseline);
    const { code, outputs } = await runAction({
      start: CARELESS_BACKEND,
      baseline: join(folder, 'baseline.yaml'),
      arguments: '--only=alg-none\n--only=auth-missing',
    });
    expect([code, outputs['verdict']]).toEqual([0, 'pass']);
  });
});
