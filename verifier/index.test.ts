import { expect, test } from 'vitest';
import * as verifier from './index.ts';

test('shows every new public name in review', () => {
  expect(Object.keys(verifier).sort()).toMatchInlineSnapshot(`
    [
      "JwksError",
      "TokenError",
      "VerifierConfigError",
      "authErrorOf",
      "authErrorResponse",
      "createMultiIssuerVerifier",
      "createVerifier",
      "requireAuth",
      "requireOwner",
      "requireScope",
      "sendAuthError",
    ]
  `);
});
