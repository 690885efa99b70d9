import { expect, test } from 'vitest';
import { loadContract } from '../spec/index.ts';
import { pathsOf } from './paths.ts';

test("load is put on the user's own resources, by the claim that names their owner", async () => {
  const contract = await loadContract('conformance/implementations/organisations/openapi.yaml');
  expect(pathsOf(contract, { sub: 'auth0|64f1', org_id: 'acme' }).target).toBe('/orgs/acme/projects');
  expect(() => pathsOf(contract, { sub: 'auth0|64f1' })).toThrow('--path');
});
