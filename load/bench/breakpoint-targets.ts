import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { commandLauncher } from '../../conformance/index.ts';
import type { LaunchedBackend } from '../../conformance/index.ts';
import { hasTool, install, loadImplementations } from '../../conformance/scoreboard/index.ts';
import type { Implementation } from '../../conformance/scoreboard/index.ts';
import { loadRequirements } from '../../spec/index.ts';
import type { Trust } from './peer-gates.ts';

/** A backend that is looked for its breakpoint. */
export interface Target {
  readonly name: string;
  readonly language: string;
  readonly variant: string;
  /** Shell command that becomes the server. */
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Builds it. @throws Error saying why it cannot be built here */
  readonly prepare: () => Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const START_MS = 60_000;
const POLL_MS = 50;

/** The reference API, and every implementation with a manifest. */
export function allTargets(): readonly Target[] {
  const known = new Set(loadRequirements().requirements.keys());
  return [
    {
      ...{ name: 'gateproof-api', language: 'TypeScript', variant: 'default' },
      command: `${quoted(process.execPath)} ${quoted(join(ROOT, 'bin/gateproof.js'))} api`,
      environment: {},
      prepare: () => Promise.resolve(),
    },
    ...loadImplementations(join(ROOT, 'conformance/implementations'), known).map(targetOf),
  ];
}

/** Those of these names, or all. @throws TypeError for a name that none has */
export function chosenTargets(all: readonly Target[], names: readonly string[]): readonly Target[] {
  const unknown = names.find((name) => !all.some((target) => target.name === name));
  if (unknown === undefined) return all.filter(({ name }) => names.length === 0 || names.includes(name));
  throw new TypeError(`There is no "${unknown}"; there are ${all.map(({ name }) => name).join(', ')}.`);
}

/** What a team would run: `hardened`, where there is such a variant. */
function targetOf(implementation: Implementation): Target {
  const { folder, manifest } = implementation;
  const { name, language, tool, variants } = manifest;
  const variant = 'hardened' in variants ? 'hardened' : 'default';
  return {
    ...{ name, language, variant },
    command: quoted(join(folder, manifest.start)),
    environment: variants[variant]?.environment ?? {},
    prepare: async () => {
      if (!hasTool(tool)) throw new Error(`${tool} is not there`);
      await install(implementation);
    },
  };
}

/**
 * Starts a target, bound to the second core where asked for, and waits until it accepts a good token.
 * @throws Error where it does not
 */
export async function startTarget(
  { command, environment }: Target,
  { issuer, audience, jwksUrl }: Trust,
  { good, pinned }: { readonly good: string; readonly pinned: boolean },
): Promise<LaunchedBackend> {
  // Threads and children inherit the core, and a runtime that counts cores sees one. What it logs is written, and read by
  // nobody: reading would be the generator's work.
  const launcher = commandLauncher(`exec ${pinned ? 'taskset --cpu-list 1 ' : ''}${command} >/dev/null`);
  const launched = await launcher({
    ...environment,
    NODE_ENV: 'production',
    BETTER_AUTH_URL: issuer,
    BETTER_AUTH_JWKS_URL: jwksUrl,
    JWT_AUDIENCE: audience,
    JWT_LEEWAY: '5',
    JWKS_CACHE_TTL: '3600',
    JWKS_COOLDOWN: '30',
  });
  const deadline = Date.now() + START_MS;
  for (;;) {
    const status = await statusOf(launched.url, good);
    if (status === 200) return launched;
    const code = launched.exitCode();
    if (code !== undefined || Date.now() > deadline) {
      await launched[Symbol.asyncDispose]();
      throw new Error(
        code === undefined ? `answers ${status ?? 'nothing'} to a good token` : `ended with ${code}`,
      );
    }
    await pause(POLL_MS);
  }
}

async function statusOf(url: string, token: string): Promise<number | undefined> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}/api/v1/me`, { headers, signal: AbortSignal.timeout(10_000) });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
