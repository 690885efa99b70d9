import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inBatches } from './batches.ts';

it('hands on what comes in one turn at its end, in order, and each once', async () => {
  const handled: number[] = [];
  const give = inBatches((each: number) => handled.push(each));
  give(1);
  give(2);
  await Promise.resolve();
  expect(handled).toEqual([]);
  await nextTurn();
  expect(handled).toEqual([1, 2]);
  give(3);
  await nextTurn();
  await nextTurn();
  expect(handled).toEqual([1, 2, 3]);
});

it('hands on in the next turn what comes while a batch is handled', async () => {
  const handled: number[] = [];
  const give = inBatches((each: number) => {
    handled.push(each);
    if (each === 1) give(3);
  });
  give(1);
  give(2);
  await nextTurn();
  expect(handled).toEqual([1, 2]);
  await nextTurn();
  expect(handled).toEqual([1, 2, 3]);
});
