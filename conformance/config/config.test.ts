import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadContract } from '../../spec/index.ts';
import type { Contract } from '../../spec/index.ts';
import {
  completeContract,
  findConfig,
  loadConfig,
  statusesOf,
  underOtherNames,
  usersOf,
  withValues,
} from './index.ts';
import type { Config } from './index.ts';
import { draftConfig, guessOwners } from './draft.ts';

const IMPLEMENTATIONS = path.join(import.meta.dirname, '../implementations');
const documentOf = (name: string): Promise<Contract> => loadContract(path.join(IMPLEMENTATIONS, name));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gateproof-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, content: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('loadConfig', () => {
  test.each<[string, string]>([
    ['gateproof.config.mts', "const start: string = 'x'; export default { start };"],
    ['gateproof.config.mjs', "export default { start: 'x' };"],
    ['gateproof.config.json', '{ "start": "x" }'],
  ])('reads %s, and finds it by itself', async (name, content) => {
    await write(name, content);
    expect(await findConfig(folder)).toEqual({ path: name, folder, config: { start: 'x' } });
  });

  test.each<[string, unknown, string]>([
    ['an unknown member', { strat: 'x' }, 'strat: there is no such member; did you mean start?'],
    [
      'an unknown setting',
      { settings: { crossUserStatos: 404 } },
      'settings.crossUserStatos: there is no such member; did you mean crossUserStatus?',
    ],
    [
      'an unknown member of a user',
      { users: { owner: { subject: 'x' } } },
      'users.owner.subject: there is no such',
    ],
    ['a wrong type', { startTimeout: 'long' }, 'startTimeout: expected number'],
    ['a status that blesses a fault', { settings: { crossUserStatus: 200 } }, 'settings.crossUserStatus: '],
    [
      'a placeholder that is none',
      { env: { ISSUER: '$isuer' } },
      'env.ISSUER: must be text or one of $issuer',
    ],
    ['a check left out without a reason', { skip: { 'alg-none': '' } }, 'skip.alg-none: '],
    ['what init left open', { start: 'TODO: the command' }, 'start: is still to be filled in: the command'],
    [
      'a name that init left open',
      { env: { 'TODO: its name': '$issuer' } },
      'env: is still to be filled in: its name',
    ],
    [
      'a limit that is none',
      { load: { thresholds: { drift: 'fast' } } },
      'load.thresholds.drift: must be a number',
    ],
    [
      'an unknown member of load',
      { load: { threshold: {} } },
      'load.threshold: there is no such member; did you mean thresholds?',
    ],
    ['no object', [], 'the configuration: expected object'],
  ])('names what is wrong: %s', async (_, config, message) => {
    const file = await write('gateproof.config.json', JSON.stringify(config));
    await expect(loadConfig(file)).rejects.toThrow(message);
  });

  test.each<[string, string, string]>([
    ['a file that is not there', 'none.mjs', 'cannot be read: there is no such file'],
    ['a module that fails', 'throws.mjs', 'cannot be run: so it is'],
    ['a module without a default export', 'empty.mjs', 'has no default export'],
    ['gateproof where it is not installed', 'import.mjs', 'run "npm install --save-dev gateproof"'],
    ['what is no JSON', 'broken.json', 'is not JSON'],
  ])('says what to do about %s', async (_, name, message) => {
    await write('throws.mjs', "throw new Error('so it is');");
    await write('empty.mjs', 'export const start = 1;');
    await write('import.mjs', "import { defineConfig } from 'gateproof'; export default defineConfig({});");
    await write('broken.json', '{');
    await expect(loadConfig(path.join(folder, name))).rejects.toThrow(message);
  });
});

describe('completeContract', () => {
  const complete = async (config: Config): Promise<Contract> =>
    completeContract(await documentOf('detail-bodies/openapi.yaml'), config, 'the configuration');

  test('adds owner, values, body and error schema', async () => {
    const schema = { type: 'object', required: ['detail'] };
    const { operations } = await complete({
      owner: { username: 'sub' },
      operations: { read_note: { parameters: { note_id: 7 } }, create_note: { body: { text: 'given' } } },
      error: { schema },
    });
    const of = (id: string) => operations.find((operation) => operation.id === id);
    expect(of('read_note')?.owner).toEqual({ parameter: 'username', claim: 'sub' });
    expect(of('read_note')?.parameters.find(({ name }) => name === 'note_id')?.example).toBe(7);
    expect(of('create_note')?.requestBody?.example).toEqual({ text: 'given' });
    expect(of('read_me')?.owner).toBeUndefined();
    // What the document declares holds; it has no 403 for a route without an owner.
    expect(of('read_me')?.responses['401']?.content['application/json']?.schema).toMatchObject({
      properties: { detail: { type: 'string' } },
    });
    expect(of('read_me')?.responses['403']?.content).toEqual({ 'application/json': { schema } });
  });

  test('gives values that setup has found out to every operation that takes them', async () => {
    const { operations } = withValues(await complete({}), { note_id: 9 });
    const values = operations.map(
      ({ parameters }) => parameters.find(({ name }) => name === 'note_id')?.example,
    );
    expect(values.filter((value) => value !== undefined)).toEqual([9, 9, 9]);
  });

  test.each<[Config, string]>([
    [
      { owner: { user_name: 'sub' } },
      'owner.user_name: the contract has no such path parameter; did you mean username?',
    ],
    [
      { operations: { readnote: {} } },
      'operations.readnote: the contract has no such operation; did you mean read_note?',
    ],
    [
      { operations: { read_note: { parameters: { id: 1 } } } },
      'operations.read_note.parameters.id: the contract has no',
    ],
    [{ operations: { read_note: { body: {} } } }, 'operations.read_note.body: the operation takes no body'],
  ])('refuses %j', async (config, message) => {
    await expect(complete(config)).rejects.toThrow(message);
  });
});

test('users get a value of their own for every claim that names an owner', async () => {
  const contract = await documentOf('organisations/openapi.yaml');
  const { owner, other } = usersOf(contract, { users: { other: { claims: { org_id: 'globex' } } } });
  expect([owner.claims['org_id'], other.claims['org_id']]).toEqual(['org_id-owner', 'globex']);
});

test("an API that declares no 403 hides what is another user's", async () => {
  expect(statusesOf(await documentOf('problem-details/openapi.json'))).toEqual({ crossUserStatus: 404 });
  expect(statusesOf(await documentOf('organisations/openapi.yaml'))).toEqual({});
});

test('a backend gets its settings under its own names, and no name for what is not handed out', async () => {
  let seen: Readonly<Record<string, string>> = {};
  const launch = underOtherNames(
    (environment) => {
      seen = environment;
      return Promise.reject(new Error('seen'));
    },
    { AUTH_ISSUER: '$issuer', ORIGINS: '$corsOrigin', DATABASE_URL: 'postgres://db' },
  );
  await expect(launch({ BETTER_AUTH_URL: 'http://issuer' })).rejects.toThrow('seen');
  expect(seen).toEqual({
    BETTER_AUTH_URL: 'http://issuer',
    AUTH_ISSUER: 'http://issuer',
    DATABASE_URL: 'postgres://db',
  });
});

describe('draftConfig', () => {
  test.each([
    ['detail-bodies/openapi.yaml', { username: 'sub' }],
    ['problem-details/openapi.json', {}],
  ])('guesses the owners of %s that the document does not name', async (name, owners) => {
    expect(guessOwners(await documentOf(name))).toEqual(owners);
  });

  test('writes a configuration that is refused for what is left to do, and for nothing else', async () => {
    for (const name of [
      'detail-bodies/openapi.yaml',
      'problem-details/openapi.json',
      'organisations/openapi.yaml',
    ]) {
      const text = draftConfig(await documentOf(name), name);
      const file = await write(`${path.dirname(name)}.mts`, text);
      const message = await loadConfig(file).then(
        () => '',
        (error: unknown) => (error as Error).message,
      );
      const [, ...faults] = message.split('\n');
      expect(faults).toHaveLength(4);
      expect(faults.filter((fault) => !fault.includes('is still to be filled in'))).toEqual([]);

      const filled = text.replace(/'TODO: its name for ([^']*)'/g, (_, what: string) => JSON.stringify(what));
      const { config } = await loadConfig(
        await write(`filled-${path.dirname(name)}.mts`, filled.replace('TODO', 'npm')),
      );
      expect((await completeContractOf(name, config)).operations).not.toEqual([]);
    }
  });

  test('lets no title of a document become code', async () => {
    const contract = await documentOf('organisations/openapi.yaml');
    const title = "x\n}; throw new Error('ran'); //\u2028'";
    const file = await write(
      'hostile.mts',
      draftConfig({ ...contract, title }, "'; throw new Error('ran'); '"),
    );
    await expect(loadConfig(file)).rejects.toThrow('still to be filled in');
  });
});

async function completeContractOf(name: string, config: Config): Promise<Contract> {
  return completeContract(await documentOf(name), config, name);
}
