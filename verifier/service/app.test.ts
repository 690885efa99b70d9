import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { defaultContractPath, loadContract } from '../../spec/index.ts';
import type { Contract } from '../../spec/index.ts';
import type { VerifiedToken, Verifier } from '../index.ts';
import { createApp } from './app.ts';
import { DatabaseUnavailableError } from './database/index.ts';
import type { Database } from './database/index.ts';
import { createMetrics } from './metrics.ts';
import { jsonOf, send } from './testing/raw-http.ts';
import type { RawAnswer } from './testing/raw-http.ts';

const token: VerifiedToken = {
  header: { alg: 'RS256', kid: 'k' },
  claims: { iss: 'https://idp.example', sub: 'ada', aud: 'a', exp: 4_000_000_000 },
};

const verifier: Verifier = {
  verify: () => Promise.resolve(token),
  verifySync: () => token,
  judge: () => token,
  warm: () => Promise.resolve(),
  ready: true,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** One answer of the app over a database whose every statement fails in this way. */
async function answerOver(failure: Error, path: string): Promise<{ answer: RawAnswer; log: string }> {
  const database: Database = {
    query: () => Promise.reject(failure),
    transaction: () => Promise.reject(failure),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line: string) => lines.push(line) });
  const contract = await loadContract(defaultContractPath());
  const app = createApp({
    contract,
    verifier,
    database,
    metrics: createMetrics(),
    logger,
    allowedOrigins: [],
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = await send(`http://127.0.0.1:${port}`, 'GET', path, { token: 'x' });
  server.close();
  return { answer, log: lines.join('') };
}

describe('the app', () => {
  it('answers 503 while the database is lost, and tells the cause to the log alone', async () => {
    const lost = new DatabaseUnavailableError('connect ECONNREFUSED db.internal:5432');
    const { answer, log } = await answerOver(lost, '/api/v1/ada/tasks');
    expect([answer.status, jsonOf(answer)]).toEqual([
      503,
      {
        error: 'Service Unavailable',
        error_code: 'database_unavailable',
        message: 'The database does not answer at present',
      },
    ]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(log).toContain('db.internal');
  });

  it('says that it is not ready while the database is lost, and is alive all the same', async () => {
    const lost = new DatabaseUnavailableError('gone');
    const { answer } = await answerOver(lost, '/ready');
    expect([answer.status, jsonOf(answer)['checks']]).toEqual([503, { jwks: 'ok', database: 'failed' }]);
    expect((await answerOver(lost, '/health')).answer.status).toBe(200);
    expect((await answerOver(lost, '/api/v1/me')).answer.status).toBe(200);
  });

  it('answers 500 to a fault of its own without a word about it, which is in the log', async () => {
    const { answer, log } = await answerOver(new Error('a secret detail'), '/api/v1/ada/tasks');
    expect([answer.status, jsonOf(answer)]).toEqual([
      500,
      {
        error: 'Internal Server Error',
        error_code: 'internal_error',
        message: 'The server failed to answer this request',
      },
    ]);
    expect(log).toContain('a secret detail');
  });

  it('is not made of a contract with an operation that it does not have', async () => {
    const contract = await loadContract(defaultContractPath());
    const [first] = contract.operations;
    const wider = { ...contract, operations: [{ ...first, id: 'dropTables' }] } as Contract;
    const options = {
      verifier,
      metrics: createMetrics(),
      logger: pino({ level: 'silent' }),
      allowedOrigins: [],
    };
    const database = {} as Database;
    expect(() => createApp({ ...options, contract: wider, database })).toThrow('dropTables');
  });
});
