import { readFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A mock identity provider as one starts it from a shell: arguments of Node for a port, and its token endpoint. */
export interface IdpProgram {
  readonly name: string;
  readonly args: (port: number) => readonly string[];
  readonly tokenPath: string;
}

/** What its package runs as a command. */
const PEER = fileURLToPath(new URL('./oauth2-mock-server.mjs', import.meta.resolve('oauth2-mock-server')));

export const IDPS: readonly IdpProgram[] = [
  {
    name: 'gateproof idp',
    args: (port) => [path('../../bin/gateproof.js'), 'idp', '--port', String(port)],
    tokenPath: '/oauth2/token',
  },
  {
    name: 'oauth2-mock-server',
    args: (port) => [PEER, '-p', String(port)],
    tokenPath: '/token',
  },
];

/** A form that both answer with one RS256 token. */
export const TOKEN_FORM = 'grant_type=client_credentials&client_id=bench&client_secret=bench';

export interface RunningIdp {
  readonly url: string;
  /** From the start of the process to its first token, in milliseconds. */
  readonly startMs: number;
  /** Processor time used so far, in milliseconds; on Linux only. */
  cpuMs(): Promise<number>;
  /** That token. */
  readonly token: string;
  close(): Promise<void>;
}

const PATIENCE_MS = 20_000;

/** @throws Error where there is no token within 20 seconds */
export async function startIdp({ name, args, tokenPath }: IdpProgram): Promise<RunningIdp> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, args(port), { stdio: 'ignore' });
  const close = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  };
  const cpuMs = (): Promise<number> => cpuMsOf(child.pid ?? 0);
  while (performance.now() - startedAt < PATIENCE_MS) {
    const token = await requestToken(`${url}${tokenPath}`);
    if (token !== undefined) return { url, startMs: performance.now() - startedAt, token, cpuMs, close };
    // Nobody listens yet; to ask without a pause would take from the start what is measured.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await close();
  throw new Error(`${name} gives no token.`);
}

async function requestToken(url: string): Promise<string | undefined> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(url, { method: 'POST', headers, body: TOKEN_FORM }).catch(() => undefined);
  if (response?.ok !== true) return undefined;
  return ((await response.json()) as { access_token: string }).access_token;
}

/** proc_pid_stat(5): fields 14 and 15, in hundredths of a second. */
async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [user, system] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14);
  return (Number(user) + Number(system)) * 10;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
