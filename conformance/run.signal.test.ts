import { describe, expect, test } from 'vitest';
import type { Launcher } from './launch.ts';
import type { Check } from './model.ts';
import { answer, good, listen } from './testing/jose-backend.ts';
import { ownChecks, useSuite } from './testing/suite.ts';

const { run, runLaunched } = useSuite();

describe('a signal', () => {
  /** Backends that are counted from their start to their end. */
  function counting() {
    const running = new Set<string>();
    const launcher: Launcher = async (environment) => {
      const backend = await listen(good, environment);
      running.add(backend.url);
      return {
        ...backend,
        [Symbol.asyncDispose]: async () => {
          running.delete(backend.url);
          await backend[Symbol.asyncDispose]();
        },
      };
    };
    return { running, launcher };
  }

  test('ends a run at once, in the middle of a check, and leaves no backend behind', async () => {
    const { running, launcher } = counting();
    const controller = new AbortController();
    const endless: Check = {
      id: 'endless',
      runs: 'own',
      run: async (lab) => {
        await lab.bench();
        expect(running.size).toBe(2);
        controller.abort(new Error('enough'));
        return new Promise(() => undefined);
      },
    };
    const { signal } = controller;
    await expect(run({ backend: { launcher }, signal, ...ownChecks(endless) })).rejects.toThrow('enough');
    expect([...running]).toEqual([]);
  });

  test('ends the wait for a backend that does not become ready', async () => {
    const controller = new AbortController();
    const asked = runLaunched(
      (_, response) => {
        controller.abort(new Error('enough'));
        return answer(response, 503, {});
      },
      { signal: controller.signal },
    );
    await expect(asked).rejects.toThrow('enough');
  });

  test('given before the start is heeded', async () => {
    const { running, launcher } = counting();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(run({ backend: { launcher }, signal })).rejects.toThrow('enough');
    expect([...running]).toEqual([]);
  });
});
