import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { LoadError } from './errors.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** A k6 that can be run. */
export interface K6 {
  /** `docker` runs the image, which has to be told of files and environment. */
  readonly kind: 'binary' | 'docker';
  /** Program and leading arguments. */
  readonly command: readonly [string, ...string[]];
  readonly version: string;
}

/** Scripts are TypeScript, which k6 runs by itself since 1.0, and are written for the options of 2. */
const OLDEST_MAJOR = 2;
const IMAGE = 'grafana/k6:2.2.0';

const HELP = `k6 was not found: not in K6_BIN, not on the PATH, and no Docker daemon answers. Any one of these will do:

  go install go.k6.io/k6/v2@v2.2.0                            with Go 1.25 or later
  brew install k6                                             on macOS
  https://grafana.com/docs/k6/latest/set-up/install-k6/       packages and binaries
  K6_BIN=/path/to/k6 gateproof load …                         one that is elsewhere
  a running Docker, which then runs ${IMAGE}`;

/**
 * Looks in K6_BIN, on the PATH, and for a Docker daemon.
 * @throws LoadError `k6_missing` where there is none, or where it is too old
 */
export async function findK6(env: Variables): Promise<K6> {
  const named = env['K6_BIN'] ?? '';
  const path = named === '' ? await onPath(env['PATH'] ?? '') : named;
  if (path !== undefined) {
    const version = await versionOf([path], env);
    if (version === undefined)
      throw new LoadError('k6_missing', `${path} does not answer "version" as k6 does.`);
    return { kind: 'binary', command: [path], version: supported(path, version) };
  }
  const docker: K6['command'] = ['docker', 'run', '--rm', '--interactive', '--network', 'host'];
  const version = (await succeeds('docker', ['info'], env))
    ? await versionOf([...docker, IMAGE], env)
    : undefined;
  if (version === undefined) throw new LoadError('k6_missing', HELP);
  return { kind: 'docker', command: docker, version: supported(IMAGE, version) };
}

/** The command line that runs k6 with `args`, with the named variables of the environment and files readable to it. */
export function k6Command(
  k6: K6,
  args: readonly string[],
  { variables, folders }: { readonly variables: readonly string[]; readonly folders: readonly string[] },
): readonly [string, ...string[]] {
  if (k6.kind === 'binary') return [...k6.command, ...args];
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  return [
    ...k6.command,
    // The token pool can be read by its owner only.
    ...['--user', user],
    ...variables.flatMap((name) => ['--env', name]),
    ...folders.flatMap((folder) => ['--volume', `${folder}:${folder}:ro`]),
    IMAGE,
    ...args,
  ];
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

/** "k6 v2.2.0 (commit/…)" */
async function versionOf([program, ...args]: K6['command'], env: Variables): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args, 'version'], { timeout: 120_000, env });
    return /\bk6\S* v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

async function succeeds(program: string, args: readonly string[], env: Variables): Promise<boolean> {
  return promisify(execFile)(program, [...args], { timeout: 10_000, env }).then(
    () => true,
    () => false,
  );
}
