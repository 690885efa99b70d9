import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Contract, defaultContractPath, loadContract } from '../spec/index.ts';
import { createFakeLab } from './checks/testing/fake-lab.ts';
import type { Exchange, Lab } from './model.ts';
import { checksAtATime } from './pace.ts';

let contract: Contract;
beforeAll(async () => {
  contract = await loadContract(defaultContractPath());
});

/** A lab whose answers take what `durationMs` says of how many are under way. */
function labThatTakes(durationMs: (underWay: number) => number): { readonly lab: Lab; most: () => number } {
  const lab = createFakeLab(contract);
  let underWay = 0;
  let most = 0;
  const send = async (request: Parameters<Lab['target']['send']>[0]): Promise<Exchange> => {
    underWay += 1;
    most = Math.max(most, underWay);
    const durationOf = durationMs(underWay);
    await pause(1);
    underWay -= 1;
    return { ...(await lab.target.send(request)), durationMs: durationOf };
  };
  return { lab: { ...lab, target: { ...lab.target, send } }, most: () => most };
}

describe('how many checks run at a time', () => {
  test('as usual on a backend that answers soon, without trying more', async () => {
    const { lab, most } = labThatTakes(() => 5);
    expect(await checksAtATime(lab, 8)).toBe(8);
    expect(most()).toBe(1);
  });

  test('as many as there are connections on one that only waits', async () => {
    expect(await checksAtATime(labThatTakes(() => 300).lab, 8)).toBe(64);
  });

  test('as usual on one that takes one request after the other', async () => {
    const { lab, most } = labThatTakes((underWay) => 300 * underWay);
    expect(await checksAtATime(lab, 8)).toBe(8);
    expect(most()).toBe(16);
  });

  test('no more than it serves at a time on one with so many workers', async () => {
    const { lab } = labThatTakes((underWay) => 300 * Math.ceil(underWay / 20));
    expect(await checksAtATime(lab, 8)).toBe(16);
  });
});
