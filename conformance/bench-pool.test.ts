import { expect, test } from 'vitest';
import { startMockIdp } from '../mock-idp/index.ts';
import { BenchPool } from './bench-pool.ts';
import type { BenchOptions, OwnBench } from './model.ts';

/** A pool of backends that nobody has to start, what became of them, and which of them are ill. */
async function poolOf(): Promise<{
  pool: BenchPool;
  started: OwnBench[];
  stopped: Set<OwnBench>;
  ill: Set<string>;
  [Symbol.asyncDispose]: () => Promise<void>;
}> {
  const idp = await startMockIdp();
  const started: OwnBench[] = [];
  const stopped = new Set<OwnBench>();
  const ill = new Set<string>();
  const start = ({ cacheTtl, cooldown }: BenchOptions): Promise<OwnBench> => {
    const bench: OwnBench = {
      target: {
        url: `http://127.0.0.1:${started.length}`,
        send: () => Promise.reject(new Error('nobody asks')),
        sendRaw: () => Promise.reject(new Error('nobody asks')),
      },
      idp: idp.issuer(`pool-${started.length}`),
      ...{ cacheTtl, cooldown },
      exitCode: () => undefined,
      output: () => '',
      [Symbol.asyncDispose]: () => {
        stopped.add(bench);
        return Promise.resolve();
      },
    };
    started.push(bench);
    return Promise.resolve(bench);
  };
  const pool = new BenchPool({ start, isWell: ({ target }) => Promise.resolve(!ill.has(target.url)) });
  return { pool, started, stopped, ill, [Symbol.asyncDispose]: () => idp.close() };
}

test('lends a bench again that was handed back, but only for the same times', async () => {
  await using world = await poolOf();
  const first = await world.pool.take({ cooldown: 1 });
  const beside = await world.pool.take({ cooldown: 1 });
  expect(beside.target).not.toBe(first.target);
  await first[Symbol.asyncDispose]();
  expect((await world.pool.take({ cooldown: 1 })).target).toBe(first.target);
  await beside[Symbol.asyncDispose]();
  expect((await world.pool.take({ cooldown: 1, cacheTtl: 2 })).target).not.toBe(beside.target);
  expect(world.stopped.size).toBe(0);
});

test('takes faults and odd keys away between two checks, and leaves the ring', async () => {
  await using world = await poolOf();
  const bench = await world.pool.take({});
  const ring = await bench.idp.keys();
  await bench.idp.changeKeys({ story: 'decoys', keys: [{ kty: 'odd' }] });
  await bench.idp.changeKeys({ story: 'edit', members: { alg: null } });
  await bench.idp.fault({ endpoint: 'jwks', actions: [{ kind: 'respond', status: 500 }] });
  await bench[Symbol.asyncDispose]();
  const document: unknown = await (await fetch(bench.idp.jwksUrl)).json();
  expect(document).toEqual({ keys: ring.map(({ publicJwk }) => publicJwk) });
});

test('stops a bench that a check has spoiled, and starts another', async () => {
  await using world = await poolOf();
  const spoiled = await world.pool.take({});
  world.ill.add(spoiled.target.url);
  await spoiled[Symbol.asyncDispose]();
  expect((await world.pool.take({})).target).not.toBe(spoiled.target);
  expect([...world.stopped]).toEqual([world.started[0]]);
});

test('stops a bench for good that a check discards', async () => {
  await using world = await poolOf();
  const bench = await world.pool.take({});
  await bench.discard?.();
  expect([...world.stopped]).toEqual(world.started);
  expect((await world.pool.take({})).target).not.toBe(bench.target);
});

test('stops every bench in the end, also one that is handed back afterwards', async () => {
  await using world = await poolOf();
  const [early, late] = [await world.pool.take({}), await world.pool.take({})];
  await early[Symbol.asyncDispose]();
  await world.pool[Symbol.asyncDispose]();
  expect(world.stopped.size).toBe(1);
  await late[Symbol.asyncDispose]();
  expect([...world.stopped]).toEqual(world.started);
});

test('keeps no more of them waiting than a machine can bear, the latest first', async () => {
  await using world = await poolOf();
  const lent = [];
  for (let cooldown = 1; cooldown <= 6; cooldown += 1) lent.push(await world.pool.take({ cooldown }));
  for (const bench of lent) await bench[Symbol.asyncDispose]();
  expect([...world.stopped]).toEqual(world.started.slice(0, 2));
  expect((await world.pool.take({ cooldown: 6 })).target).toBe(lent[5]?.target);
});
