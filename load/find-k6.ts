import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { LoadError } from './errors.ts';

type Variables = Readonly<Record<string, string | undefined>>;
type Command = readonly [string, ...string[]];

/** A k6 that can be run. */
export type K6 =
  | { readonly kind: 'binary'; readonly path: string; readonly version: string }
  /** Runs in a container, which has to be told of files and environment. */
  | { readonly kind: 'docker'; readonly image: string; readonly version: string };

/** Scripts are TypeScript, which k6 runs by itself since 1.0, and are written for the options of 2. */
const OLDEST_MAJOR = 2;
const DEFAULT_IMAGE = 'grafana/k6:2.2.0';

const HELP = `Any one of these will do:

  go install go.k6.io/k6/v2@v2.2.0                            with Go 1.25 or later
  brew install k6                                             on macOS
  https://grafana.com/docs/k6/latest/set-up/install-k6/       packages and binaries
  K6_BIN=/path/to/k6 gateproof load …                         one that is elsewhere
  a running Docker, on Linux                                  which then runs ${DEFAULT_IMAGE}, or GATEPROOF_K6_IMAGE`;

/**
 * Looks in K6_BIN, on the PATH, and for a Docker daemon, which runs the image that GATEPROOF_K6_IMAGE names.
 * @param platform as Node names it: elsewhere than on Linux the network of a container is not that of the machine
 * @throws LoadError `k6_missing` where there is none, or where it is too old
 */
export async function findK6(env: Variables, platform: string = process.platform): Promise<K6> {
  const named = env['K6_BIN'] ?? '';
  const path = named === '' ? await onPath(env['PATH'] ?? '') : named;
  if (path !== undefined) {
    const { version } = await versionOf([path], env);
    if (version === undefined)
      throw new LoadError('k6_missing', `${path} does not answer "version" as k6 does.`);
    return { kind: 'binary', path, version: supported(path, version) };
  }
  if (platform !== 'linux' || !(await answers(['docker', 'info'], env))) {
    throw new LoadError(
      'k6_missing',
      `k6 was not found: not in K6_BIN, not on the PATH, and no Docker daemon answers. ${HELP}`,
    );
  }
  const image = env['GATEPROOF_K6_IMAGE'] ?? DEFAULT_IMAGE;
  const { version, complaint } = await versionOf(['docker', 'run', '--rm', image], env);
  if (version === undefined) {
    throw new LoadError(
      'k6_missing',
      `k6 was not found: not in K6_BIN, not on the PATH, and Docker cannot run the image ${image}: ${complaint}. ${HELP}`,
    );
  }
  return { kind: 'docker', image, version: supported(image, version) };
}

function supported(path: string, version: string): string {
  if (Number(version.split('.')[0]) >= OLDEST_MAJOR) return version;
  throw new LoadError(
    'k6_missing',
    `${path} is k6 ${version}, and ${OLDEST_MAJOR}.0 or later is needed.\n\n${HELP}`,
  );
}

async function onPath(path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((each) => each !== '')) {
    const candidate = join(folder, process.platform === 'win32' ? 'k6.exe' : 'k6');
    if (
      await access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return candidate;
  }
  return undefined;
}

/** "k6 v2.2.0 (commit/…)"; without such an answer, what was complained of. */
async function versionOf(
  [program, ...args]: Command,
  env: Variables,
): Promise<{ readonly version?: string; readonly complaint: string }> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args, 'version'], { timeout: 120_000, env });
    const version = /\bk6\S* v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
    return {
      ...(version !== undefined && { version }),
      complaint: 'it does not answer "version" as k6 does',
    };
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string };
    return { complaint: stderr.trim() === '' ? message : (stderr.trim().split('\n').at(-1) ?? '') };
  }
}

async function answers([program, ...args]: Command, env: Variables): Promise<boolean> {
  return promisify(execFile)(program, args, { timeout: 10_000, env }).then(
    () => true,
    () => false,
  );
}
