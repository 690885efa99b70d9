import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Finding } from '../../model.ts';
import { runCheck } from '../../run-check.ts';
import { createFakeLab } from '../testing/fake-lab.ts';
import { contract } from '../testing/prove.ts';
import { http2Checks } from './http2.ts';

const servers: http2.Http2Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** The finding where HTTP/1.1 is served well, and HTTP/2 gives this status to a request without a token. */
async function findingWhere(anonymousStatus: number): Promise<Finding> {
  const server = http2.createServer((request, response) => {
    response.writeHead(request.headers.authorization === undefined ? anonymousStatus : 200).end();
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return findingAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

async function findingAt(url: string): Promise<Finding> {
  const lab = createFakeLab(contract);
  const [check] = http2Checks;
  if (check === undefined) throw new Error('there is no check to prove');
  return (await runCheck(check, { ...lab, target: { ...lab.target, url } }, 10_000)).finding;
}

it('passes where HTTP/2 gives the verdicts of HTTP/1.1', async () => {
  expect(await findingWhere(401)).toMatchObject({ outcome: 'pass' });
});

it('fails where HTTP/2 lets a request in without a token', async () => {
  expect(await findingWhere(200)).toMatchObject({
    outcome: 'fail',
    observed: 'good 200, no token 200 over HTTP/2',
  });
});

it('is not applicable where nobody speaks HTTP/2', async () => {
  expect(await findingAt('http://127.0.0.1:1')).toMatchObject({ outcome: 'not-applicable' });
});
