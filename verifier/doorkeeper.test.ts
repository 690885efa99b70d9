import { expect, test } from 'vitest';
import { Doorkeeper } from './doorkeeper.ts';

function token(id: number): string {
  return `header.payload.${String(id).padStart(40, '0')}`;
}

test('knows a token again from the second time on', () => {
  const doorkeeper = new Doorkeeper(100);
  expect([1, 1, 1].map((id) => doorkeeper.cameBefore(token(id)))).toEqual([false, true, true]);
});

test('knows again as many as half its capacity, and forgets what came before twice as many others', () => {
  const doorkeeper = new Doorkeeper(100);
  const count = (from: number, to: number): number => {
    let known = 0;
    for (let id = from; id < to; id += 1) known += doorkeeper.cameBefore(token(id)) ? 1 : 0;
    return known;
  };
  expect(count(0, 50)).toBe(0);
  expect(count(0, 50)).toBe(50);
  expect(count(50, 200)).toBe(0);
  expect(count(0, 50)).toBe(0);
});

test('tells tokens apart by the end of their signature, also where it is short', () => {
  const doorkeeper = new Doorkeeper(10_000);
  const known = ['', 'a', 'b', ...Array.from({ length: 4000 }, (_, id) => token(id))].filter((one) =>
    doorkeeper.cameBefore(one),
  );
  expect(known).toEqual([]);
});
