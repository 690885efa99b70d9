import { generateKeyPair } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { selfSignedCertificate } from '../../../mock-idp/index.ts';

/** A server that gives out a key set under a certificate that nobody vouches for. */
export interface UntrustedServer extends AsyncDisposable {
  readonly url: string;
  /** Connections that were opened to it, whatever came of them. */
  readonly connections: () => number;
  /** Requests that came all the same. */
  readonly requests: () => number;
}

const HOST = '127.0.0.1';
const generate = promisify(generateKeyPair);

/** @param keySet gives the document to serve */
export async function startUntrustedServer(keySet: () => Promise<string>): Promise<UntrustedServer> {
  const pair = await generate('rsa', { modulusLength: 2048 });
  const certificate = selfSignedCertificate(
    { kid: HOST, ...pair },
    { now: Math.floor(Date.now() / 1000), name: HOST },
  );
  let connections = 0;
  let requests = 0;
  const server = createServer(
    { key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), cert: pem(certificate) },
    (_, response) => {
      requests += 1;
      response.setHeader('content-type', 'application/json');
      keySet().then(
        (body) => response.end(body),
        () => response.destroy(),
      );
    },
  );
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    url: `https://${HOST}:${(server.address() as AddressInfo).port}/jwks`,
    connections: () => connections,
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
