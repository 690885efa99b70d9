import { expect, test } from 'vitest';
import { showProgress } from './progress.ts';

/** What is written to a stream that is no terminal. */
function written() {
  const lines: string[] = [];
  const write = (text: string): boolean => lines.push(text) > 0;
  return { lines, stream: { isTTY: false, columns: 80, write } };
}

test('says where nobody sees a line change that a long run goes on, and not at every check', () => {
  const { lines, stream } = written();
  let now = 0;
  const { update } = showProgress(stream, () => now);
  update({ kind: 'phase', name: 'side by side' });
  for (let done = 1; done <= 40; done += 1) {
    now += 1_000;
    update({ kind: 'check', id: 'alg-none', outcome: 'pass', done, total: 500 });
  }
  expect(lines).toEqual([
    'gateproof: side by side\n',
    'gateproof: side by side, 15 of 500 checks done\n',
    'gateproof: side by side, 30 of 500 checks done\n',
  ]);
});
