import { afterAll, beforeAll } from 'vitest';
import { type MockIdp, startMockIdp } from '../../mock-idp/index.ts';
import { type Contract, defaultContractPath, loadContract } from '../../spec/index.ts';

/** One mock identity provider for the tests of a file, and the packaged contract. */
export function useIdpAndContract(): { readonly idp: MockIdp; readonly contract: Contract } {
  let idp: MockIdp;
  let contract: Contract;
  beforeAll(async () => {
    idp = await startMockIdp();
    contract = await loadContract(defaultContractPath());
  });
  afterAll(() => idp.close());
  return {
    get idp() {
      return idp;
    },
    get contract() {
      return contract;
    },
  };
}
