import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { defaultContractPath, loadContract } from '../../spec/index.ts';
import type { Contract } from '../../spec/index.ts';
import { createVerifier } from '../index.ts';
import type { Verifier, VerifierEvent } from '../index.ts';
import { createApp } from './app.ts';
import { inBatches } from './batches.ts';
import { superviseConnections } from './connections.ts';
import { openDatabase } from './database/index.ts';
import type { Database } from './database/index.ts';
import { createMetrics } from './metrics.ts';
import type { MetricsSource } from './operations.ts';
import type { Settings } from './settings.ts';
import { noAddress, noDatabase, noKeySet, StartError } from './start-error.ts';

/** The reference API, listening. Disposal finishes the requests at hand and lets go of the database. */
export interface Api extends AsyncDisposable {
  /** Base URL without a trailing slash, with the port that was taken. */
  readonly url: string;
}

export interface ApiOptions {
  readonly settings: Settings;
  /** Default: JSON lines on the standard output, at the level of the settings. */
  readonly logger?: Logger;
  /** Used instead of the one that the settings name, and left open: several APIs may share it. */
  readonly database?: Database;
  /** Used instead of reading the one of this package, which takes longer than all else of a start. */
  readonly contract?: Contract;
  /** How long requests at hand may take once disposal has begun, in milliseconds; default 10,000. */
  readonly drainMs?: number;
  /** Where several processes serve one address: what `/metrics` answers in place of what this one has counted. */
  readonly shareMetrics?: (own: Registry) => MetricsSource;
}

const LIMITS = {
  /** Room for a token of 8 KB and much else, the same however the bytes arrive. */
  maxHeaderSize: 32 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** How often Node looks for requests past these times. */
  connectionsCheckingInterval: 5000,
  /** Longer than load balancers keep idle connections, so that no request meets one that is just being closed. */
  keepAliveTimeout: 65_000,
  /** The API refuses such requests itself, in the form of the contract. */
  requireHostHeader: false,
};

/**
 * Lines are written some at a time, and what is left at the exit of the process: a write of its own for each would cost
 * more than all else that is done for a request. So a line may be late by `periodicFlush` milliseconds.
 */
const LOG_WRITING = { sync: false, minLength: 8192, periodicFlush: 250 };

/**
 * Starts the reference API.
 * @throws StartError where there is no usable key set (unless `degraded`), no database, or no such address
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { settings, drainMs = 10_000 } = options;
  const logger =
    options.logger ?? pino({ level: settings.logLevel, base: null }, pino.destination(LOG_WRITING));
  const metrics = createMetrics();
  const onEvent = inBatches((event: VerifierEvent) => {
    metrics.onVerifierEvent(event);
    logEvent(logger, event);
  });
  const verifier = openVerifier(settings, onEvent);
  const onLost = (err: Error): void => {
    logger.warn({ err }, 'a connection to the database was lost');
  };
  let database: Database | undefined;
  const release = async (): Promise<void> => {
    await verifier[Symbol.asyncDispose]();
    if (options.database === undefined) await database?.[Symbol.asyncDispose]();
  };
  try {
    // First and alone: the embedded database keeps the process busy for longer than a short JWKS_TIMEOUT.
    const [warmed] = await Promise.allSettled([verifier.warm()]);
    const [contract, opened] = await Promise.allSettled([
      options.contract ?? loadContract(defaultContractPath()),
      options.database ?? openDatabase({ url: settings.databaseUrl, onLost }),
    ]);
    if (opened.status === 'fulfilled') database = opened.value;
    if (contract.status === 'rejected') throw contract.reason;
    const problems: string[] = [];
    if (warmed.status === 'rejected' && settings.startup === 'strict') problems.push(noKeySet(warmed.reason));
    if (opened.status === 'rejected') problems.push(noDatabase(settings, opened.reason));
    if (database === undefined || problems.length > 0) throw new StartError(problems);

    const metricsSource = options.shareMetrics?.(metrics.registry);
    const resources = { verifier, database, metrics, metricsSource, logger };
    const app = createApp({ ...settings, contract: contract.value, ...resources });
    const server = createServer(LIMITS, app);
    const connections = superviseConnections(server);
    const url = await listen(server, settings);
    logger.info({ url, issuer: settings.issuer, ready: verifier.ready }, 'listening');
    let stopped: Promise<void> | undefined;
    return {
      url,
      [Symbol.asyncDispose]: () => (stopped ??= connections.drain(drainMs).then(release)),
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function openVerifier(settings: Settings, onEvent: (event: VerifierEvent) => void): Verifier {
  const { issuer, jwksUrl, audience, cacheTtl, cooldown, timeout, maxStale, leeway } = settings;
  const times = { cacheTtl, cooldown, timeout, maxStale, leeway };
  return createVerifier({ issuer, jwksUrl, audience, algorithms: ['RS256'], ...times, onEvent });
}

/** What an operator wants to read; requests have lines of their own. */
function logEvent(logger: Logger, event: VerifierEvent): void {
  if (event.type === 'jwks-failed') logger.warn(event, 'the key set could not be fetched');
  if (event.type === 'jwks-fetched') logger.info(event, 'the key set was fetched');
  if (event.type === 'refused') logger.debug(event, 'a token was refused');
}

async function listen(server: Server, settings: Settings): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new StartError([noAddress(settings, error)], { cause: error }));
    });
    server.listen(settings.port, settings.host, resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
