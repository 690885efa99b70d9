import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { haveTool } from '../spec/testing/tool.ts';
import { controlRoutes } from './http/control.ts';
import { resolveMockIdpOptions } from './index.ts';
import { ENDPOINTS } from './journal.ts';
import { keyChange } from './key-schemas.ts';
import { fault } from './fault-schemas.ts';
import { ODD_KEY_SORTS } from './odd-keys.ts';
import { mockIdpOptions } from './options.ts';
import { PRESET_NAMES } from './presets/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');
const run = promisify(execFile);

interface Block {
  readonly section: string;
  readonly language: string;
  readonly text: string;
}

/** What is fenced, and the commands that are indented, each under its heading. */
const blocks: readonly Block[] = readme.split(/^(?=#)/mu).flatMap((section) => {
  const heading = /^#+ (.*)$/mu.exec(section)?.[1] ?? '';
  return [...section.matchAll(/^```(\w+)\n(.*?)^```$|^ {4}(\S[^\n]*)$/gmsu)].map(
    ([, language = 'command', text = '', command = '']) => ({
      section: heading,
      language,
      text: language === 'command' ? command : text,
    }),
  );
});
const commands = blocks.filter(({ language }) => language === 'command').map(({ text }) => text);

/** `--json` and `--fail-with-body` are younger than some machines. */
const curl = String(spawnSync('curl', ['--version']).stdout);
const [, major, minor] = /^curl (\d+)\.(\d+)/u.exec(curl) ?? [];
const shell = haveTool(
  'curl',
  Number(major) * 1000 + Number(minor) >= 7084 && spawnSync('bash', ['-c', 'true']).status === 0,
  "the examples of the mock identity provider's README need bash and curl 7.84 or later",
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateproof-readme-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Starts a command of the README on a port that is free. Answers the line it says when it is ready. */
async function start(
  command: string,
): Promise<AsyncDisposable & { readonly url: string; readonly issuer: string }> {
  const line = command.replace('npx gateproof', `exec "${process.execPath}" "${ROOT}bin/gateproof.js"`);
  const child = spawn('bash', ['-c', `${line} --port 0 --json`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      resolve();
    }),
  );
  for await (const text of createInterface(child.stdout)) {
    const stop = async (): Promise<void> => {
      child.kill('SIGTERM');
      await ended;
    };
    try {
      const { url, issuer } = JSON.parse(text) as { url: string; issuer: string };
      return { url, issuer, [Symbol.asyncDispose]: stop };
    } catch (cause) {
      await stop();
      throw new Error(`"${command}" does not say where it is: ${text}`, { cause });
    }
  }
  throw new Error(`"${command}" has ended: ${errors.join('')}`);
}

/** What a shell block prints. */
async function printed(text: string, url: string): Promise<string> {
  const script = text.replace(/^IDP=.*$/mu, '');
  const { stdout } = await run('bash', ['-euc', script], { cwd: folder, env: { ...process.env, IDP: url } });
  return stdout;
}

/** White space is for the reader; `…` stands for what differs each time. */
function expectLike(actual: string, expected: string): void {
  const dense = (text: string): string => text.replace(/\s+/gu, '');
  const parts = dense(expected)
    .split('…')
    .map((part) => part.replace(/[\^$\\.*+?()[\]{}|/]/gu, '\\$&'));
  expect(dense(actual)).toMatch(new RegExp(`^${parts.join('.*?')}$`, 'u'));
}

/** Each with what it is said to print, if anything. */
const shellBlocks = blocks.flatMap(({ section, language, text }, index) => {
  const next = blocks[index + 1];
  const answer = next?.language === 'text' ? next.text : '';
  return language === 'sh'
    ? [{ title: `${section}: ${text.split('\n', 1).join('')}`, section, text, answer }]
    : [];
});

describe('the README of the mock identity provider', () => {
  it('has examples', () => {
    const count = (language: string): number => blocks.filter((block) => block.language === language).length;
    expect([count('sh') > 15, count('ts'), count('json'), commands.length]).toEqual([true, 2, 1, 6]);
    expect(blocks.filter(({ language }) => language === 'text').length).toBe(
      shellBlocks.filter(({ answer }) => answer !== '').length,
    );
  });

  describe.runIf(shell)('in a shell', () => {
    let idp: Awaited<ReturnType<typeof start>>;
    let guarded: typeof idp;
    beforeAll(async () => {
      const withToken = commands.find((command) => command.startsWith('MOCK_IDP_CONTROL_TOKEN')) ?? '';
      [idp, guarded] = await Promise.all([start('npx gateproof idp'), start(withToken)]);
    }, 60_000);
    afterAll(async () => {
      await idp[Symbol.asyncDispose]();
      await guarded[Symbol.asyncDispose]();
    });

    it.each(shellBlocks)('$title', async ({ section, text, answer }) => {
      expectLike(await printed(text, section === 'Safety' ? guarded.url : idp.url), answer);
    });

    it.each(blocks.filter(({ language }) => language === 'ts'))(
      'in TypeScript: $section',
      async ({ text }) => {
        const file = join(folder, 'example.ts');
        const index = new URL('index.ts', import.meta.url).href;
        await writeFile(file, text.replace("'gateproof/mock-idp'", `'${index}'`));
        const { stderr } = await run(process.execPath, [file], { env: { ...process.env, IDP: idp.url } });
        expect(stderr).toBe('');
      },
    );
  });

  it.runIf(shell)(
    'has commands that start a server, and two of them with the same keys',
    async () => {
      const config = blocks.find(({ language }) => language === 'json')?.text ?? '';
      await writeFile(join(folder, 'idp.json'), config);
      const keyFile = shellBlocks.find(({ text }) => text.includes('> keys.json'))?.text ?? '';
      await printed(keyFile, '');
      const keySets = new Map<string, Set<string>>();
      await Promise.all(
        commands.map(async (command) => {
          await using idp = await start(command);
          const keySet = await (await fetch(`${idp.url}/jwks`)).text();
          keySets.set(idp.issuer, (keySets.get(idp.issuer) ?? new Set()).add(keySet));
        }),
      );
      expect(keySets.get('https://idp.example')?.size).toBe(1);
      expect(keySets.size).toBe(commands.length - 1);
    },
    120_000,
  );

  it('has a configuration that is one', () => {
    const text = blocks.find(({ language }) => language === 'json')?.text ?? '';
    expect(resolveMockIdpOptions({ file: { path: 'README.md', text } })).toEqual(JSON.parse(text));
  });

  it('has a curl example for every request to the control plane', () => {
    const requests = shellBlocks.flatMap(({ text }) =>
      [...text.matchAll(/curl[^|>\n)]*/gu)].flatMap(([line]) => {
        const path = /\$IDP\S*?\/_mock(\/[a-z/]+)/u.exec(line)?.[1];
        const method = /-X (\w+)/u.exec(line)?.[1] ?? (line.includes('--json') ? 'POST' : 'GET');
        return path === undefined ? [] : [`${method} ${path}`];
      }),
    );
    const known = Object.entries(controlRoutes).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect([...new Set(requests)].sort()).toEqual(known.sort());
  });

  it('names every story, fault, endpoint, odd key, preset and option', () => {
    const kinds = (schema: unknown, member: string): readonly string[] =>
      (schema as { options: { shape: Record<string, { value: string }> }[] }).options.map(
        ({ shape }) => shape[member]?.value ?? '',
      );
    const faults = (fault as unknown as { shape: { actions: { element: unknown } } }).shape.actions.element;
    const options = Object.keys((mockIdpOptions as unknown as { shape: object }).shape);
    const names = [
      ...kinds(keyChange, 'story'),
      ...kinds(faults, 'kind'),
      ...[...ENDPOINTS, ...ODD_KEY_SORTS, ...PRESET_NAMES],
      ...options.filter((name) => name !== 'now'),
      ...options.map((name) => `MOCK_IDP_${name.replace(/[A-Z]/gu, '_$&').toUpperCase()}`).filter(isVariable),
    ];
    expect(names.length).toBeGreaterThan(80);
    expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it('names only variables that are read', () => {
    const named = [...readme.matchAll(/MOCK_IDP_[A-Z_]+/gu)].map(([name]) => name);
    expect(named.filter((name) => !isVariable(name))).toEqual([]);
  });
});

/** Whether a variable of that name is read, whatever its value. */
function isVariable(name: string): boolean {
  try {
    resolveMockIdpOptions({ env: { [name]: 'x' } });
    return true;
  } catch (error) {
    return !String(error).includes('no variable is called');
  }
}
