import type { Verifier, VerifierOptions } from '../contract.ts';
import { TokenError } from '../errors.ts';
import { createVerifier } from '../verify.ts';
import { createEndpoint } from './endpoint.ts';
import type { TestEndpoint } from './endpoint.ts';
import { AUDIENCE, ISSUER } from './tokens.ts';

/** A verifier for the tokens of `signToken`. */
export function createTestVerifier(
  options: Partial<VerifierOptions> & Pick<VerifierOptions, 'fetch'>,
): Verifier {
  return createVerifier({
    jwksUrl: 'https://idp.example/jwks',
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['RS256'],
    ...options,
  });
}

/** A verifier that has fetched these keys, and the endpoint it has them from. */
export async function createWarm(
  keys: readonly unknown[],
  options: Partial<VerifierOptions> = {},
): Promise<{ readonly verifier: Verifier; readonly endpoint: TestEndpoint }> {
  const endpoint = createEndpoint(keys);
  const verifier = createTestVerifier({ fetch: endpoint.fetch, ...options });
  await verifier.warm();
  return { verifier, endpoint };
}

/** What became of a token in a word: `accepted`, or code and reason of its refusal. */
export async function judge(verifier: Verifier, token: string): Promise<string> {
  try {
    await verifier.verify(token);
    return 'accepted';
  } catch (error) {
    if (error instanceof TokenError) return `${error.code}: ${error.reason}`;
    throw error;
  }
}
