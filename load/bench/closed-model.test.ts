import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { load } from './closed-model.ts';
import { meRequests } from './me-requests.ts';
import { against, goneServer, REQUEST, tcpServer } from './testing/answering-server.ts';

const OPTIONS = { connections: 4, seconds: 0.1 };

function loadOn(
  answer: Parameters<typeof against>[0],
  next = (): string => REQUEST,
): ReturnType<typeof load> {
  return against(answer, (url) => load(url, next, OPTIONS));
}

describe('the closed model', () => {
  test('has one request under way on each connection, and counts those that were answered', async () => {
    const waiting: ServerResponse[] = [];
    let answered = 0;
    const done = await loadOn((_request, response) => {
      waiting.push(response);
      // With one fewer under way the generator would wait for ever, and so would this test.
      if (waiting.length < OPTIONS.connections) return;
      for (const each of waiting.splice(0)) each.setHeader('content-length', 2).end('{}');
      answered += OPTIONS.connections;
    });
    expect(done.requests).toBeGreaterThan(answered - OPTIONS.connections);
    expect(done.requests).toBeLessThanOrEqual(answered);
    expect(done.p99).toBeGreaterThanOrEqual(done.p50);
    expect(done.requestsPerSecond).toBeLessThanOrEqual(done.requests / OPTIONS.seconds);
  });

  test('opens a connection anew where the server closes it after an answer', async () => {
    const done = await loadOn((_request, response) => {
      response.setHeader('connection', 'close').setHeader('content-length', 0).end();
    });
    expect(done.requests).toBeGreaterThan(OPTIONS.connections);
  });

  test('sends one token after the other, and from the first again', async () => {
    const seen: (string | undefined)[] = [];
    await against(
      (request, response) => {
        seen.push(request.headers.authorization);
        response.setHeader('content-length', 0).end();
      },
      (url) => load(url, meRequests(url, ['a', 'b', 'c']), { ...OPTIONS, connections: 1 }),
    );
    expect(seen.slice(0, 4)).toEqual(['Bearer a', 'Bearer b', 'Bearer c', 'Bearer a']);
  });

  test('ends with the status of an answer that is not 2xx', async () => {
    let requests = 0;
    const loaded = loadOn((_request, response) => {
      requests += 1;
      response.writeHead(requests > 20 ? 401 : 200, { 'content-length': 0 }).end();
    });
    await expect(loaded).rejects.toThrow(/answered 401, not 2xx/);
  });

  test('ends where a connection does without an answer', async () => {
    await expect(loadOn(tcpServer((socket) => socket.destroy()))).rejects.toThrow(/gave no answer/);
  });

  test('names a server that is not there', async () => {
    const gone = await goneServer();
    await expect(load(gone, () => REQUEST, OPTIONS)).rejects.toThrow(gone);
  });
});
