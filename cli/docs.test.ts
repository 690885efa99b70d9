/// <reference lib="es2024.collection" />
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { loadRequirements } from '../spec/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = '{spec,mock-idp,verifier,conformance,load,cli}';
const markdown = [
  ...globSync('{*,docs/*}.md', { cwd: ROOT }),
  ...globSync(`${FOLDERS}/**/*.md`, { cwd: ROOT, exclude: isForeign }),
];
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const readme = read('README.md');

/** Installed by others, or built. */
function isForeign(path: string): boolean {
  return /(^|\/)(node_modules|\.venv|dist)(\/|$)/.test(path);
}

/** The fenced blocks of one language. */
function fences(text: string, language: string): readonly string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(pattern)].map(([, block = '']) => block);
}

/** Text that is typed into a terminal: code spans and indented blocks. */
function commandsIn(text: string): readonly string[] {
  const prose = text.replace(/^```.*?^```$/gms, '');
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return [...spans, ...prose.split('\n').filter((line) => line.startsWith('    '))];
}

describe('the tree of ARCHITECTURE.md', () => {
  const tree = fences(read('ARCHITECTURE.md'), 'text').find((block) => block.includes('spec/\n')) ?? '';
  const named = pathsOf(tree);

  test('has every source file', () => {
    const sources = globSync(`${FOLDERS}/**/*.ts`, { cwd: ROOT, exclude: isForeign }).filter(
      (path) => !path.endsWith('.test.ts') && !path.startsWith('conformance/implementations/'),
    );
    expect(sources.length).toBeGreaterThan(300);
    expect(sources.filter((path) => !named.includes(path)).sort()).toEqual([]);
  });

  test('has only what is there, and each once', () => {
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(named.filter((path, index) => named.indexOf(path) !== index)).toEqual([]);
  });

  test('says something of every file', () => {
    expect(tree.split('\n').filter((line) => /^\s*\S+\.\w+$/.test(line))).toEqual([]);
  });
});

/** Two blanks of indentation per folder; what follows the name says what it is. */
function pathsOf(tree: string): readonly string[] {
  const folders: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indentation = '', name = ''] = /^( *)(\S+)/.exec(line) ?? [];
    if (name === '') return [];
    const path = [...folders.slice(0, indentation.length / 2), name].join('');
    if (name.endsWith('/')) folders.splice(indentation.length / 2, Infinity, name);
    return [path];
  });
}

describe.each(markdown)('%s', (path) => {
  const text = read(path);

  test('names only scripts that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const called = [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name);
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('links only to files that are there', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link.replace(/#.*$/, ''));
    const files = links.filter((link) => link !== '' && !/^[a-z]+:/.test(link));
    expect(files.filter((file) => !existsSync(resolve(ROOT, dirname(path), file)))).toEqual([]);
  });

  test('uses only commands and options that the command line has', () => {
    const wrong = commandsIn(text).flatMap((line) => {
      const [, command, rest = ''] = /\bgateproof (?!-)([a-z-]+)\b(.*)/.exec(line) ?? [];
      if (command === undefined) return [];
      const known = optionsOf(command);
      // What is in quotes belongs to the backend's own command.
      const options = rest.replace(/"[^"]*"|'[^']*'/g, '').match(/--[a-z-]+/g) ?? [];
      return known ? options.filter((option) => !known.has(option)) : [`gateproof ${command}`];
    });
    expect(wrong).toEqual([]);
  });
});

test('the demo of the README has every check of the suite, area by area', () => {
  const demo = fences(readme, 'text').find((block) => block.includes('not applicable')) ?? '';
  const told = [...demo.matchAll(/^ {2}(\S+) +(\d+) passed(?: +(\d+) not applicable)?$/gm)].map(
    ([, area = '', passed = '', others = '0']) => [area, Number(passed) + Number(others)],
  );
  const { requirements } = loadRequirements();
  const areas = Map.groupBy(requirements.values(), ({ area }) => area);
  expect(told).toEqual([...areas].map(([area, { length }]) => [area, length]));
  const [, passed, others] = /^PASS +(\d+) passed.* (\d+) not applicable$/m.exec(demo) ?? [];
  expect(Number(passed) + Number(others)).toBe(requirements.size);
});

test('every option in the README belongs to some command', () => {
  const known = new Set(
    ['test', 'idp', 'token', 'api', 'doctor', 'idp-check', 'load'].flatMap((command) => [
      ...(optionsOf(command) ?? []),
    ]),
  );
  const named = commandsIn(readme)
    .filter((span) => span.startsWith('--'))
    .map((span) => span.split(/[\s=]/)[0] ?? '');
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((option) => !known.has(option))).toEqual([]);
});

const help = new Map<string, ReadonlySet<string> | undefined>();

/** The options of a command as its own help has them; `undefined` where there is no such command. */
function optionsOf(command: string): ReadonlySet<string> | undefined {
  if (!help.has(command)) {
    const { status, stdout } = spawnSync(process.execPath, ['bin/gateproof.js', command, '--help'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const isCommand = status === 0 && stdout.startsWith(`Usage: gateproof ${command} `);
    help.set(command, isCommand ? new Set(stdout.match(/--[a-z-]+/g)) : undefined);
  }
  return help.get(command);
}

test.each([
  ['README.md', 2],
  ['verifier/README.md', 6],
  ['docs/ci.md', 1],
  ['docs/recipes.md', 6],
])('the TypeScript of %s compiles, by the names the package exports', (path, count) => {
  const examples = fences(read(path), 'ts');
  expect(examples.length).toBeGreaterThanOrEqual(count);
  expect(compile(examples)).toEqual([]);
});

/** What the compiler says of the examples, with the project's settings. */
function compile(examples: readonly string[]): readonly string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      // The sources in place of the build that `exports` leads to.
      paths: {
        gateproof: ['./conformance/index.ts'],
        'gateproof/vitest': ['./conformance/vitest/index.ts'],
        'gateproof/*': ['./*/index.ts', './*.ts'],
      },
      isolatedDeclarations: false,
      declaration: false,
    },
    ROOT,
  );
  const files = new Map(examples.map((text, index) => [join(ROOT, `readme-${index}.ts`), text]));
  const host = ts.createCompilerHost(options);
  const disk = { ...host };
  host.fileExists = (file) => files.has(file) || disk.fileExists(file);
  host.readFile = (file) => files.get(file) ?? disk.readFile(file);
  host.getSourceFile = (file, target, ...rest) => {
    const text = files.get(file);
    return text === undefined
      ? disk.getSourceFile(file, target, ...rest)
      : ts.createSourceFile(file, text, target);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()]
    .flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
