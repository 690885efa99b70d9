import { describe, expect, test } from 'vitest';
import { KINDS, measureRounds } from './breakpoint-rounds.ts';
import { allTargets, chosenTargets } from './breakpoint-targets.ts';
import { startServerProcess } from './pinned.ts';

const targets = allTargets();

describe('the servers looked for their breakpoint', () => {
  test('are the reference API and the implementations, hardened where they can be', () => {
    const variantOf = Object.fromEntries(targets.map(({ name, variant }) => [name, variant]));
    expect(variantOf).toMatchObject({
      'gateproof-api': 'default',
      'express-jose': 'hardened',
      'fastapi-repaired': 'default',
    });
    const hardened = targets.find(({ name }) => name === 'express-jose');
    expect(hardened?.environment).toEqual({ GATEPROOF_VARIANT: 'hardened' });
  });

  test('are those named, or all', () => {
    expect(chosenTargets(targets, [])).toEqual(targets);
    const chosen = chosenTargets(targets, ['go-oidc', 'gateproof-api']);
    expect(chosen.map(({ name }) => name)).toEqual(['gateproof-api', 'go-oidc']);
  });

  test('are listed where a name is unknown', () => {
    expect(() => chosenTargets(targets, ['go-odic'])).toThrow(
      /There is no "go-odic"; there are gateproof-api, .*go-oidc/,
    );
  });
});

test('of a server that looks at no token both figures are one', async () => {
  const server = await startServerProcess(['fixed answer'], false);
  const reasons: string[] = [];
  try {
    const [rates] = await measureRounds([{ name: 'it', url: server.url, blind: true }], {
      ...{ rounds: 1, kinds: KINDS, limitMs: 1000, good: ['one', 'two'], repeated: 1 },
      step: { seconds: 0.1, settleSeconds: 0, connections: 8, patienceSeconds: 0.1 },
      onTurn: (_contender, _kind, { reason }) => reasons.push(reason),
    });
    expect(rates?.cold).toHaveLength(1);
    expect(rates?.cold[0]).toBeGreaterThan(0);
    expect(rates?.repeated).toEqual(rates?.cold);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).not.toBe('');
  } finally {
    await server.close();
  }
}, 60_000);
