import { expect, test } from 'vitest';
import type { JournalEntry } from '../../../mock-idp/index.ts';
import { fail, NeedsStart, NotTestable, pass } from '../../finding.ts';
import { TargetError } from '../../http/index.ts';
import type { BenchOptions, Exchange, Finding, Lab, RequestSpec } from '../../model.ts';
import { createFakeLab } from '../testing/fake-lab.ts';
import { contract } from '../testing/prove.ts';
import { refetchesLate } from './cooldown.ts';
import { AGING, CHANGING, keyStory, retry, STEADY } from './story.ts';

interface Watched {
  readonly lab: Lab;
  readonly opened: BenchOptions[];
}

/** A lab that remembers which benches were asked for. */
function watched(): Watched {
  const lab = createFakeLab(contract);
  const opened: BenchOptions[] = [];
  const bench: Lab['bench'] = (options = {}) => {
    opened.push(options);
    return lab.bench(options);
  };
  return { lab: { ...lab, bench }, opened };
}

/** A lab whose backend runs already. */
function running(times: Partial<Lab> = {}): Lab {
  const bench: Lab['bench'] = () => Promise.reject(new NotTestable('not started by the suite'));
  return { ...createFakeLab(contract), bench, ...times };
}

/** Gives the findings one after the other; an error is thrown. */
function teller(...told: readonly (Finding | Error)[]): () => Promise<Finding> {
  const rest = told.values();
  return () => {
    const next = rest.next().value;
    if (next instanceof Error || next === undefined)
      return Promise.reject(next ?? new Error('told too often'));
    return Promise.resolve(next);
  };
}

const good = pass('served', 'served');
const bad = fail('served', 'refused');

test('believes a borrowed backend that passes', async () => {
  const { lab, opened } = watched();
  await expect(keyStory('some', STEADY, teller(good)).run(lab)).resolves.toEqual(good);
  expect(opened.map(({ warm }) => warm)).toEqual([true]);
});

test.each([
  ['fails', bad],
  ['cannot be tested', new NotTestable('no fetch')],
  ['gives no answer', new TargetError('timeout', 'no answer')],
])('tells a story anew on a fresh backend where a borrowed one %s', async (_, first) => {
  const { lab, opened } = watched();
  await expect(keyStory('some', STEADY, teller(first, good)).run(lab)).resolves.toEqual(good);
  expect(opened.map(({ warm = false }) => warm)).toEqual([true, false]);
});

test.each([
  ['fails', bad, 1],
  ['cannot be tested', new NotTestable('no fetch'), 1],
  ['passes', good, 0],
])(
  'lends a borrowed backend on only where a story does not leave it in doubt: one that %s',
  async (_, first, discarded) => {
    const { lab } = watched();
    let discards = 0;
    const bench: Lab['bench'] = async (options) => ({
      ...(await lab.bench(options)),
      ...(options?.warm && {
        discard: () => {
          discards += 1;
          return Promise.resolve();
        },
      }),
    });
    await keyStory('some', STEADY, teller(first, good)).run({ ...lab, bench });
    expect(discards).toBe(discarded);
  },
);

test('reports what fails on a fresh backend too', async () => {
  const { lab } = watched();
  await expect(keyStory('some', STEADY, teller(bad, bad)).run(lab)).resolves.toEqual(bad);
});

test('tells a story once on a backend of its own', async () => {
  const { lab, opened } = watched();
  await expect(keyStory('some', { cooldown: 1 }, teller(bad)).run(lab)).resolves.toEqual(bad);
  expect(opened).toHaveLength(1);
});

test('lets a fault of the suite through', async () => {
  const told = keyStory('some', STEADY, teller(new Error('a bug'))).run(watched().lab);
  await expect(told).rejects.toThrow('a bug');
});

test('tells a story once on a backend that runs already, whatever comes of it', async () => {
  await expect(keyStory('some', STEADY, teller(bad)).run(running())).resolves.toEqual(bad);
});

test('does not wait for an hour until a running backend fetches anew', async () => {
  const check = keyStory('some', AGING, teller(good));
  await expect(check.run(running({ cacheTtl: 3600 }))).rejects.toThrow('a time to live of more than 10 s');
  await expect(check.run(running({ cacheTtl: undefined }))).rejects.toThrow(NotTestable);
  await expect(check.run(running({ cacheTtl: 2 }))).resolves.toEqual(good);
});

test('waits for a long cool-down of a running backend where it is vital, and not in every story', async () => {
  const late = running({ refetchesLate: true, cacheTtl: 2 });
  await expect(keyStory('some', CHANGING, teller(good)).run(late)).rejects.toThrow(NeedsStart);
  await expect(keyStory('some', { ...CHANGING, vital: true }, teller(good)).run(late)).resolves.toEqual(good);
  await expect(keyStory('some', AGING, teller(good)).run(late)).resolves.toEqual(good);
});

test.each([
  ['said to be long', 30, 0, true, 0],
  ['said to be short', 1, 0, false, 0],
  ['not there', undefined, Infinity, false, 12],
])('knows whether a cool-down is long: %s', async (_, cooldown, fetches, late, asked) => {
  const lab = createFakeLab(contract);
  let sent = 0;
  const target = {
    ...lab.target,
    send: (request: RequestSpec): Promise<Exchange> => {
      sent += 1;
      return lab.target.send(request);
    },
  };
  const journal: Lab['idp']['journal'] = ({ after = 0 } = {}) => {
    const entries = Array.from({ length: Math.min(sent, fetches) }, (_entry, at) => ({ seq: at + 1 }));
    return Promise.resolve(entries.filter(({ seq }) => seq > after) as unknown as JournalEntry[]);
  };
  const idp = { ...lab.idp, journal };
  await expect(refetchesLate({ ...lab, target, idp, cooldown })).resolves.toBe(late);
  expect(sent).toBe(asked);
});

test('judges no running backend where only a fresh one will do', async () => {
  const check = keyStory('some', { fresh: true }, teller(good));
  await expect(check.run(running({ cacheTtl: 1 }))).rejects.toThrow('not started by the suite');
});

test('gives up at the deadline with the last result', async () => {
  const results = [1, 2, 3].values();
  const next = (): Promise<number> => Promise.resolve(results.next().value ?? 0);
  await expect(retry(0, next, (result) => result === 2)).resolves.toEqual({ result: 1, attempts: 1 });
  await expect(retry(5, next, (result) => result === 3)).resolves.toEqual({ result: 3, attempts: 2 });
});
