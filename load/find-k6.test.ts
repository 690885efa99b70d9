import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findK6 } from './find-k6.ts';

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
      ...{ kind: 'binary', path: named, version: '2.2.0' },
    });
  });

  test('finds it on the PATH', async () => {
    const path = await program('k6', 'k6.exe v2.0.0 (x)');
    expect(await findK6({ PATH: `/nowhere:${folder}` })).toMatchObject({ path, version: '2.0.0' });
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

describe('without a k6', () => {
  /** A client whose daemon answers, and that has k6 in one image only. */
  const docker = async (image: string): Promise<void> => {
    const path = join(folder, 'docker');
    await writeFile(
      path,
      `#!/bin/sh\ncase "$*" in info) ;; "run --rm ${image} version") echo 'k6 v2.2.0 (x)' ;; *) echo 'docker: no such image' >&2; exit 125 ;; esac\n`,
    );
    await chmod(path, 0o755);
  };

  test('a Docker daemon that answers runs its image', async () => {
    await docker('grafana/k6:2.2.0');
    expect(await findK6({ PATH: folder }, 'linux')).toEqual({
      ...{ kind: 'docker', image: 'grafana/k6:2.2.0', version: '2.2.0' },
    });
  });

  test('it runs the image that GATEPROOF_K6_IMAGE names, and no other', async () => {
    await docker('mirror/k6:1');
    const found = await findK6({ PATH: folder, GATEPROOF_K6_IMAGE: 'mirror/k6:1' }, 'linux');
    expect(found).toMatchObject({ kind: 'docker', image: 'mirror/k6:1' });
    await expect(findK6({ PATH: folder }, 'linux')).rejects.toThrow(
      'Docker cannot run the image grafana/k6:2.2.0: docker: no such image',
    );
  });

  test('a client without a daemon is none', async () => {
    await program('docker', 'Cannot connect to the Docker daemon', 1);
    await expect(findK6({ PATH: folder }, 'linux')).rejects.toThrow('no Docker daemon answers');
  });

  test('nor is one on a system where a container has another network', async () => {
    await docker('grafana/k6:2.2.0');
    await expect(findK6({ PATH: folder }, 'darwin')).rejects.toThrow('k6 was not found');
  });
});
