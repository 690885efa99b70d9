import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findK6, k6Command } from './find-k6.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateproof-k6-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A program that answers whatever it is asked with one text. */
async function program(name: string, says: string, exitCode = 0): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho '${says}'\nexit ${exitCode}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('finding k6', () => {
  test('takes the one that K6_BIN names before the one on the PATH', async () => {
    await program('k6', 'k6 v2.1.0 (go1.26)');
    const named = await program('other', 'k6 v2.2.0 (commit/devel, go1.26.8, linux/amd64)');
    expect(await findK6({ K6_BIN: named, PATH: folder })).toEqual({
      ...{ kind: 'binary', command: [named], version: '2.2.0' },
    });
  });

  test('finds it on the PATH', async () => {
    const path = await program('k6', 'k6.exe v2.0.0 (x)');
    expect(await findK6({ PATH: `/nowhere:${folder}` })).toMatchObject({ command: [path], version: '2.0.0' });
  });

  test('refuses one that is too old, and says how to get another', async () => {
    await program('k6', 'k6 v1.4.2 (x)');
    await expect(findK6({ PATH: folder })).rejects.toThrow(
      /k6 1\.4\.2, and 2\.0 or later is needed[^]*go install/,
    );
  });

  test('refuses what is no k6', async () => {
    const named = await program('k6', 'hello');
    await expect(findK6({ K6_BIN: named })).rejects.toThrow(`${named} does not answer "version" as k6 does`);
    await expect(findK6({ K6_BIN: join(folder, 'absent') })).rejects.toThrow('does not answer');
  });
});

test('without a k6, a Docker daemon that answers runs the image', async () => {
  const path = join(folder, 'docker');
  await writeFile(path, `#!/bin/sh\n[ "$1" = run ] && echo 'k6 v2.2.0 (x)'\nexit 0\n`);
  await chmod(path, 0o755);
  expect(await findK6({ PATH: folder })).toMatchObject({ kind: 'docker', version: '2.2.0' });
  await program('docker', 'Cannot connect to the Docker daemon', 1);
  await expect(findK6({ PATH: folder })).rejects.toThrow('k6 was not found');
});

test('a container is given the variables by name, so that no value stands in a command line, and the files to read', () => {
  const docker = { kind: 'docker', command: ['docker', 'run'], version: '2.2.0' } as const;
  const command = k6Command(docker, ['run', 'x.ts'], { variables: ['TOKENS'], folders: ['/pool'] }).join(' ');
  expect(command).toContain('--env TOKENS --volume /pool:/pool:ro grafana/k6:2.2.0 run x.ts');
});
