import { expect, test } from 'vitest';
import { forgeries, type Forgery } from '../../../mock-idp/index.ts';
import type { Exchange } from '../../model.ts';
import { createFakeLab } from '../testing/fake-lab.ts';
import { contract } from '../testing/prove.ts';
import { judgeVerdict } from './verdict.ts';

test.each([
  ['exp-past', 'token_expired', 'pass'],
  ['exp-past', 'invalid_token', 'pass'],
  ['exp-past', 'missing_token', 'fail'],
  ['exp-just-past', 'token_expired', 'pass'],
  ['exp-just-past', 'invalid_token', 'fail'],
  ['exp-negative-zero', 'token_expired', 'pass'],
  ['exp-negative-zero', 'invalid_token', 'pass'],
  ['exp-negative-zero', 'missing_token', 'fail'],
] as const)('%s may be refused as %s: %s', (name, code, outcome) => {
  const exchange: Exchange = {
    request: { method: 'GET', path: '/api/v1/me', headers: [] },
    response: {
      status: 401,
      headers: [['Content-Type', 'application/json']],
      body: JSON.stringify({ error: 'Unauthorized', error_code: code, message: code }),
    },
    durationMs: 1,
  };
  expect(judgeVerdict(createFakeLab(contract), named(name), 'token', exchange).outcome).toBe(outcome);
});

function named(name: string): Forgery {
  const found = forgeries.find((forgery) => forgery.name === name);
  if (!found) throw new Error(`no forgery ${name}`);
  return found;
}
