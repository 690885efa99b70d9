import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clients } from './clients.ts';
import { Clock } from './clock.ts';
import type { ClockChange, IssuerControl, MockIdpControl } from './control.ts';
import { MockIdpError } from './errors.ts';
import { dispatch } from './http/dispatch.ts';
import { originOf } from './http/origin.ts';
import { assertIssuerName } from './issuer-name.ts';
import { Issuers } from './issuers.ts';
import { type MockIdpOptions, mockIdpOptions } from './options.ts';
import { generic } from './presets/generic.ts';
import { importKeys } from './key-import.ts';
import { presets } from './presets/index.ts';
import { createKeySource } from './signing-key.ts';
import { DEMO_USERS } from './users.ts';
import { validate } from './validate.ts';

/** A running mock identity provider. Ends with `close()` or `await using`. */
export interface MockIdp extends MockIdpControl, AsyncDisposable {
  /** Frees the port, drops every connection and ends every wait. */
  close(): Promise<void>;
}

/**
 * Starts a mock identity provider on loopback and a free port, unless told otherwise.
 * @throws MockIdpError `invalid_request` for a wrong option, `listen_failed` where the address cannot be had
 */
export async function startMockIdp(options: MockIdpOptions = {}): Promise<MockIdp> {
  const checked = validate(mockIdpOptions, options, 'Cannot start the mock identity provider');
  const { host = '127.0.0.1', port = 0 } = checked;
  for (const name of Object.keys(checked.issuers ?? {})) assertIssuerName(name);
  const signingKeys = importKeys(checked.signingKeys ?? []);
  const clock = new Clock(checked.now ?? Date.now);
  if (checked.clock !== undefined) clock.change(checked.clock);
  const now = (): number => clock.now();
  // The keys of the default issuer are in the making while the server binds.
  const generateKey = createKeySource(signingKeys.length === 0 ? 2 : 0);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  await listen(server, port, host);
  const url = checked.publicUrl ?? addressOf(server, host);
  const issuers = new Issuers({
    url,
    settings: {
      issuer: checked.issuer,
      audience: checked.audience ?? 'https://api.example.com',
      tokenLifetime: checked.tokenLifetime ?? 900,
      metadata: {},
      preset: checked.preset === undefined ? generic : presets[checked.preset],
      caching: {},
    },
    named: checked.issuers ?? {},
    users: checked.users ?? DEMO_USERS,
    clients: new Clients(checked.clients),
    rotateRefreshToken: checked.rotateRefreshToken ?? true,
    interactiveLogin: checked.interactiveLogin ?? true,
    maxIssuers: checked.maxIssuers ?? 1000,
    now,
    generateKey,
    signingKeys,
  });
  const urlSeenBy =
    checked.publicUrl === undefined ? (request: IncomingMessage) => originOf(request) ?? url : () => url;
  const { controlToken, allowedOrigins } = checked;
  const dispatchOptions = { issuers, clock, urlSeenBy, controlToken, allowedOrigins };
  server.on('request', (request, response) => {
    dispatch(request, response, dispatchOptions).catch(() => {
      response.destroy();
    });
  });
  const close = async (): Promise<void> => {
    issuers.close();
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    // Else a connection that hangs on purpose would keep the server open.
    server.closeAllConnections();
    await closed;
  };
  return {
    url,
    issuer: (name?: string): IssuerControl => issuers.get(name),
    clock: () => Promise.resolve(clock.info()),
    // Async, so that a refusal is a rejection as it is over HTTP.
    setClock: async (change: ClockChange) => Promise.resolve(clock.change(change)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Longer than the clients under test keep an idle connection, so that none meets a socket that just went. */
const KEEP_ALIVE_MS = 65_000;

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason =
        cause.code === 'EADDRINUSE' ? 'it is taken; choose another port, or 0 for a free one' : cause.message;
      reject(
        new MockIdpError('listen_failed', `Cannot listen on ${host} port ${port}: ${reason}`, { cause }),
      );
    });
    server.listen(port, host, resolve);
  });
}

function addressOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  // The wildcard addresses are for listening, not for calling.
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
