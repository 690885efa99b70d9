import { request } from 'node:https';
import { expect, test } from 'vitest';
import type { Lab, OwnBench } from '../../model.ts';
import { error } from '../testing/fake-api.ts';
import { when } from '../testing/breakages.ts';
import { createFakeLab } from '../testing/fake-lab.ts';
import { contract } from '../testing/prove.ts';
import { keySourceChecks } from './key-source.ts';

const untrusted = keySourceChecks.find(({ id }) => id === 'jwks-tls-untrusted');

test.each([
  ['asks for no key set', undefined, 401, 'the backend does not take its keys from BETTER_AUTH_JWKS_URL'],
  ['asks with the first token, and refuses it', { rejectUnauthorized: true }, 401, 'pass'],
  ['asks with the first token, and serves it', { rejectUnauthorized: true }, 200, 'fail'],
  ['takes any certificate', { rejectUnauthorized: false }, 401, 'fail'],
] as const)('judges a key set behind TLS that nobody vouches for: a backend that %s', async (...row) => {
  const [, tls, status, told] = row;
  const refused = when(
    ({ path }) => status !== 200 && path === '/api/v1/me',
    () => error(401, 'invalid_token'),
  );
  const lab = createFakeLab(contract, { breakage: refused });
  const running = untrusted?.run({
    ...lab,
    bench: async (options) =>
      fetchingLate(await lab.bench(options), options?.env?.['BETTER_AUTH_JWKS_URL'], tls),
  });
  const outcome = await running?.then(
    (finding) => finding.outcome,
    (reason: unknown) => (reason as Error).message,
  );
  expect(outcome).toBe(told);
});

/** A backend that connects to the address of its key set when a request comes. */
function fetchingLate(
  bench: OwnBench,
  url: string | undefined,
  tls: { readonly rejectUnauthorized: boolean } | undefined,
): OwnBench {
  const send: Lab['target']['send'] = async (sent) => {
    if (tls && url) {
      await new Promise((resolve) => {
        request(url, tls, resolve).on('error', resolve).end();
      });
    }
    return bench.target.send(sent);
  };
  return { ...bench, target: { ...bench.target, send } };
}
