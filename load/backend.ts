import { setTimeout as pause } from 'node:timers/promises';
import type { LaunchedBackend, Launcher } from '../conformance/index.ts';
import type { IssuerControl } from '../mock-idp/index.ts';
import { LoadError } from './errors.ts';
import type { Paths } from './paths.ts';
import type { Plan } from './plan.ts';

/** A backend that runs already, or how to start one. */
export type LoadBackend = { readonly url: string } | { readonly launcher: Launcher };

export interface OpenOptions {
  readonly backend: LoadBackend;
  readonly issuer: IssuerControl;
  readonly plan: Plan;
  readonly paths: Paths;
  readonly sub: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** How long it may take to become ready, in milliseconds. */
  readonly startTimeoutMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 50;
/** A backend that refuses good tokens for so long is not about to become ready. */
const REFUSING_MS = 3_000;

/**
 * Starts the backend where it is to be started, and waits until it accepts a good token and refuses a request without.
 * @throws LoadError `harness` where it does not
 */
export async function openBackend(options: OpenOptions): Promise<{ readonly url: string } & AsyncDisposable> {
  const { backend, issuer, plan } = options;
  if ('url' in backend) {
    await waitForControls(backend.url, undefined, options);
    return { url: backend.url, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const launched = await backend.launcher({
    BETTER_AUTH_URL: issuer.issuer,
    BETTER_AUTH_JWKS_URL: issuer.jwksUrl,
    JWT_AUDIENCE: issuer.audience,
    JWKS_CACHE_TTL: String(plan.cacheTtl),
    JWKS_COOLDOWN: String(plan.cooldown),
    // The reference API tells what verification took only where it is asked to.
    SERVER_TIMING: 'on',
    // A line per request would be measured too.
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn',
  });
  try {
    await waitForControls(launched.url, launched, options);
    return launched;
  } catch (error) {
    await launched[Symbol.asyncDispose]();
    throw error;
  }
}

async function waitForControls(
  url: string,
  launched: LaunchedBackend | undefined,
  { issuer, paths, sub, claims, startTimeoutMs, signal }: OpenOptions,
): Promise<void> {
  const { token } = await issuer.mint({ claims: { ...claims, sub } });
  const deadline = Date.now() + (launched === undefined ? REFUSING_MS : startTimeoutMs);
  let refusingSince: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const code = launched?.exitCode();
    if (code !== undefined)
      throw new LoadError('harness', `the backend ended with exit code ${code}${said(launched)}`);
    const status = await statusOf(url + paths.target, token);
    if (status !== undefined && status >= 200 && status < 300) break;
    refusingSince = status !== undefined && status < 500 ? (refusingSince ?? Date.now()) : undefined;
    if (refusingSince !== undefined && Date.now() - refusingSince >= REFUSING_MS) {
      throw new LoadError(
        'harness',
        `${url}${paths.target} answered ${status ?? 0} to a good token, so nothing can be measured: ${
          status === 404
            ? 'name a protected GET of the backend with --path, or its document with --contract'
            : `does the backend trust the issuer ${issuer.issuer}, with the audience ${issuer.audience} and the keys at ${issuer.jwksUrl}?`
        }`,
      );
    }
    if (Date.now() > deadline) {
      const what =
        status === undefined
          ? `nothing answers at ${url}: ${launched === undefined ? 'does the backend run there?' : 'does the backend listen on HOST and PORT of its environment? --start-timeout gives it longer'}`
          : `${url}${paths.target} answered ${status}`;
      throw new LoadError('harness', what + said(launched));
    }
    await pause(POLL_MS);
  }
  const bare = await statusOf(url + paths.target, undefined);
  if (bare !== undefined && bare < 300) {
    throw new LoadError(
      'harness',
      `${url}${paths.target} answered ${bare} without any token, so it is no protected operation; name one with --path`,
    );
  }
}

/** `undefined` where no answer came. */
async function statusOf(url: string, token: string | undefined): Promise<number | undefined> {
  try {
    const response = await fetch(url, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}

function said(launched: LaunchedBackend | undefined): string {
  const lines = launched?.output().trim().split('\n').slice(-3).join(' | ') ?? '';
  return lines === ''
    ? ''
    : `; its last lines: ${lines.replace(/eyJ[\w-]+\.[\w.-]+/g, '[a token]').slice(-600)}`;
}
