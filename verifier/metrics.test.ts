import { AggregatorRegistry, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { verifierMetrics } from './metrics.ts';
import { createEndpoint } from './testing/endpoint.ts';
import { ISSUER, createKey, signToken } from './testing/tokens.ts';
import { createTestVerifier, judge } from './testing/verifier.ts';

const [key, attacker, next] = [createKey('k1'), createKey('k1'), createKey('k2')];

/** The samples of one metric, each as labels and value. */
async function samples(registry: Pick<Registry, 'metrics'>, name: string): Promise<readonly string[]> {
  const lines = (await registry.metrics()).split('\n');
  return lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `)).sort();
}

test('counts what a verifier does, under labels from closed lists', async () => {
  const registry = new Registry();
  const endpoint = createEndpoint([key.jwk, null]);
  const now = Date.now();
  await using verifier = createTestVerifier({
    fetch: endpoint.fetch,
    now: () => now,
    onEvent: verifierMetrics(registry),
  });
  const read = (name: string) => samples(registry, name);
  await verifier.warm();
  expect(await read('jwks_fetches_total')).toEqual([
    `jwks_fetches_total{issuer="${ISSUER}",cause="warm",outcome="ok"} 1`,
  ]);
  expect(await read('jwks_keys')).toEqual([`jwks_keys{issuer="${ISSUER}"} 1`]);
  expect(await read('jwks_keys_skipped')).toEqual([`jwks_keys_skipped{issuer="${ISSUER}"} 1`]);

  const token = signToken(key);
  for (let times = 0; times < 3; times += 1) await judge(verifier, token);
  await judge(verifier, signToken(attacker));
  await judge(verifier, signToken(key, { claims: { exp: 1 } }));
  await judge(verifier, `${token}.x`);
  endpoint.answer(new TypeError('fetch failed'));
  await judge(verifier, signToken(next));
  expect(await read('jwks_lookups_total')).toEqual([
    'jwks_lookups_total{result="hit"} 5',
    'jwks_lookups_total{result="miss"} 1',
  ]);
  expect(await read('jwt_refusals_total')).toEqual([
    'jwt_refusals_total{error_code="invalid_token",reason="segments"} 1',
    'jwt_refusals_total{error_code="invalid_token",reason="signature"} 1',
    'jwt_refusals_total{error_code="jwks_unavailable",reason="no-key-set"} 1',
    'jwt_refusals_total{error_code="token_expired",reason="expired"} 1',
  ]);
  expect(await read('jwks_fetches_total')).toEqual([
    `jwks_fetches_total{issuer="${ISSUER}",cause="lookup",outcome="unreachable"} 1`,
    `jwks_fetches_total{issuer="${ISSUER}",cause="warm",outcome="ok"} 1`,
  ]);
  expect(await read('jwt_verification_duration_seconds_count')).toEqual([
    'jwt_verification_duration_seconds_count{cached="false"} 2',
    'jwt_verification_duration_seconds_count{cached="true"} 1',
  ]);
  expect((await registry.metrics()).match(/le="[^"]+",cached="true"/g)?.[0]).toBe(
    'le="0.000005",cached="true"',
  );
  const [fresh, usable] = [now / 1000 + 3600, now / 1000 + 7200];
  expect(await read('jwks_fresh_until_timestamp_seconds')).toEqual([
    `jwks_fresh_until_timestamp_seconds{issuer="${ISSUER}"} ${fresh}`,
  ]);
  expect(await read('jwks_usable_until_timestamp_seconds')).toEqual([
    `jwks_usable_until_timestamp_seconds{issuer="${ISSUER}"} ${usable}`,
  ]);
  for (const part of token.split('.')) expect(await registry.metrics()).not.toContain(part);
});

test('says 0 for the times of a set that never was', async () => {
  const registry = new Registry();
  const endpoint = createEndpoint([]);
  await using verifier = createTestVerifier({ fetch: endpoint.fetch, onEvent: verifierMetrics(registry) });
  await expect(verifier.warm()).rejects.toThrow('it is empty');
  expect(await samples(registry, 'jwks_usable_until_timestamp_seconds')).toEqual([
    `jwks_usable_until_timestamp_seconds{issuer="${ISSUER}"} 0`,
  ]);
  expect(await samples(registry, 'jwks_keys')).toEqual([]);
});

test('shows of several workers the one that is worst off', async () => {
  const registries = await Promise.all(
    [0, 60].map(async (seconds) => {
      const registry = new Registry();
      const { fetch } = createEndpoint([key.jwk]);
      const now = (): number => 1_800_000_000_000 + seconds * 1000;
      await using verifier = createTestVerifier({ fetch, now, onEvent: verifierMetrics(registry) });
      await verifier.warm();
      return await registry.getMetricsAsJSON();
    }),
  );
  const all = AggregatorRegistry.aggregate(registries);
  expect(await samples(all, 'jwks_keys')).toEqual([`jwks_keys{issuer="${ISSUER}"} 1`]);
  expect(await samples(all, 'jwks_fresh_until_timestamp_seconds')).toEqual([
    `jwks_fresh_until_timestamp_seconds{issuer="${ISSUER}"} 1800003600`,
  ]);
});
