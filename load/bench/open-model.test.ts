import { describe, expect, test } from 'vitest';
import { readAnswer } from './connection.ts';
import { brokenBy, offer } from './open-model.ts';
import { against, goneServer, REQUEST, tcpServer } from './testing/answering-server.ts';

/** Patient, since a machine that has much else to do may stand still for a while. */
const OPTIONS = { rate: 500, settleSeconds: 0.1, seconds: 0.3, connections: 4, patienceSeconds: 30 };
const TOTAL = 200;

/** What the answers of this server look like to the generator. */
function offerTo(answer: Parameters<typeof against>[0], options = OPTIONS): ReturnType<typeof offer> {
  return against(answer, (url) => offer(url, () => REQUEST, options));
}

describe('the open model', () => {
  test('sends every request that is due, and each is answered', async () => {
    let requests = 0;
    const offered = await offerTo((_request, response) => {
      requests += 1;
      response.setHeader('content-length', 2).end('{}');
    });
    expect(requests).toBe(TOTAL);
    expect(offered).toMatchObject({ answered: TOTAL, refused: 0, failed: 0, dropped: 0 });
    expect(offered.p99).toBeGreaterThanOrEqual(offered.p50);
  });

  test('reads answers in chunks', async () => {
    const offered = await offerTo((_request, response) => {
      response.write('{"user_id":');
      response.end('"0"}');
    });
    expect(offered).toMatchObject({ answered: TOTAL, failed: 0, dropped: 0 });
  });

  test('opens a connection anew where the server closes it after an answer', async () => {
    const offered = await offerTo((_request, response) => {
      response.setHeader('connection', 'close').setHeader('content-length', 2).end('{}');
    });
    expect(offered).toMatchObject({ answered: TOTAL, failed: 0 });
  });

  test('counts answers other than 2xx as refused', async () => {
    let requests = 0;
    const offered = await offerTo((_request, response) => {
      requests += 1;
      response.writeHead(requests % 2 === 0 ? 401 : 200, { 'content-length': 0 }).end();
    });
    expect(offered).toMatchObject({ answered: TOTAL, refused: TOTAL / 2 });
  });

  test('counts requests whose connection ends without an answer as failed', async () => {
    const offered = await offerTo(tcpServer((socket) => socket.destroy()));
    expect(offered.answered).toBe(0);
    expect(offered.failed).toBeGreaterThan(0);
  });

  test('says where the end of an answer cannot be told', async () => {
    const answer = 'HTTP/1.1 200 OK\r\n\r\n{}';
    const offered = await offerTo(tcpServer((socket) => socket.write(answer)));
    expect(offered.failure).toContain('neither how long it is nor');
  });

  test('counts from the moment a request was due, so that one slow answer makes those behind it late', async () => {
    let requests = 0;
    const offered = await offerTo(
      (_request, response) => {
        requests += 1;
        const answer = (): unknown => response.setHeader('content-length', 0).end();
        if (requests === 80) setTimeout(answer, 100);
        else answer();
      },
      { ...OPTIONS, connections: 1 },
    );
    // One request of 150 is slow; 50 were due while it was under way, and waited 50 ms in the middle.
    expect(offered).toMatchObject({ answered: TOTAL, dropped: 0 });
    expect(offered.p99).toBeGreaterThan(80);
  });

  test('gives up where requests are due faster than they are answered', async () => {
    const offered = await offerTo(() => undefined, { ...OPTIONS, patienceSeconds: 0.1 });
    expect(offered).toMatchObject({ answered: 0, dropped: TOTAL });
  });

  test('names a server that is not there', async () => {
    const gone = await goneServer();
    await expect(offer(gone, () => REQUEST, OPTIONS)).rejects.toThrow(`No connection to ${gone}`);
  });
});

describe('an answer is whole', () => {
  const read = (text: string): ReturnType<typeof readAnswer> => readAnswer(Buffer.from(text));
  test.each([
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n',
  ])('not with %j', (text) => {
    expect(read(text)).toBeUndefined();
  });

  test.each([
    'HTTP/1.1 401 Unauthorized\r\ncontent-length:2\r\n\r\n{}',
    'HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
    'HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ])('with %j', (text) => {
    expect(read(text)).toEqual({ status: 401, closes: false });
  });

  test('and says where it is the last of its connection', () => {
    const text = 'HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 0\r\n\r\n';
    expect(read(text)).toEqual({ status: 200, closes: true });
  });
});

describe('a rate is not held', () => {
  const fine = { answered: 100, refused: 0, failed: 0, dropped: 0, p50: 1, p99: 9.9 };
  test.each([
    { offered: { ...fine, p99: 10 }, reason: 'p99 was 10.0 ms' },
    { offered: { ...fine, p99: NaN }, reason: 'p99 was NaN ms' },
    { offered: { ...fine, refused: 1 }, reason: '1 good tokens were refused' },
    { offered: { ...fine, failed: 1, failure: 'reset' }, reason: '1 requests got no answer: reset' },
    { offered: { ...fine, dropped: 1 }, reason: 'requests were due faster than they were answered' },
  ])('where $reason', ({ offered, reason }) => {
    expect(brokenBy(offered, 10)).toBe(reason);
  });

  test('but where p99 is below its limit and every request was answered', () => {
    expect(brokenBy(fine, 10)).toBeUndefined();
  });
});
