import type { VerifiedToken, Verifier, VerifierOptions } from './contract.ts';
import { JwksError, VerifierConfigError } from './errors.ts';
import { resolveOptions } from './options.ts';
import { createVerifier } from './verify.ts';

/** One issuer at least, each with an audience, key set and times of its own. */
export type IssuerOptions = readonly [VerifierOptions, ...VerifierOptions[]];

/**
 * A verifier of tokens of several issuers: one verifier for each, which shares neither keys nor cache with the others.
 * The `iss` of a token, unverified, only says which of them judges it, and that one judges `iss` too.
 *
 * It is `ready` when one of them is, so that an outage at one issuer locks out nobody else's users; `warm` rejects
 * where any of them has no usable set.
 * @throws VerifierConfigError naming every wrong option, and every issuer that is there twice
 * @example
 * const verifier = createMultiIssuerVerifier([
 *   { issuer: 'https://a.example', jwksUrl: 'https://a.example/jwks', audience: 'api', algorithms: ['RS256'] },
 *   { issuer: 'https://b.example', jwksUrl: 'https://b.example/keys', audience: 'api', algorithms: ['RS256'] },
 * ]);
 */
export function createMultiIssuerVerifier(issuers: IssuerOptions): Verifier {
  const maxTokenBytes = checkIssuers(issuers);
  const [first, ...others] = issuers;
  const fallback = createVerifier(first);
  const verifiers = new Map([
    [first.issuer, fallback],
    ...others.map((options) => [options.issuer, createVerifier(options)] as const),
  ]);
  // A token of nobody known goes to the first, which refuses it for its `iss` or for what is wrong before that.
  const judgeOf = (token: string): Verifier => {
    const issuer = readIssuer(token, maxTokenBytes);
    return (issuer === undefined ? undefined : verifiers.get(issuer)) ?? fallback;
  };
  return {
    verify: async (token): Promise<VerifiedToken> => judgeOf(token).verify(token),
    verifySync: (token) => judgeOf(token).verifySync(token),
    judge: (token) => judgeOf(token).judge(token),
    warm: () => warmAll([...verifiers.values()]),
    get ready() {
      return [...verifiers.values()].some(({ ready }) => ready);
    },
    async [Symbol.asyncDispose]() {
      for (const verifier of verifiers.values()) await verifier[Symbol.asyncDispose]();
    },
  };
}

/** The longest token that any of them looks at. */
function checkIssuers(issuers: IssuerOptions): number {
  if (!Array.isArray(issuers) || issuers.length === 0) {
    throw new VerifierConfigError(['issuers must be an array with the options of one issuer at least.']);
  }
  const problems: string[] = [];
  const seen = new Set<string>();
  let maxTokenBytes = 0;
  for (const [index, options] of issuers.entries()) {
    try {
      const settings = resolveOptions(options);
      maxTokenBytes = Math.max(maxTokenBytes, settings.maxTokenBytes);
      if (seen.has(settings.issuer)) problems.push(`issuers[${index}].issuer is there twice.`);
      seen.add(settings.issuer);
    } catch (error) {
      if (!(error instanceof VerifierConfigError)) throw error;
      problems.push(...error.problems.map((problem) => `issuers[${index}]: ${problem}`));
    }
  }
  if (problems.length > 0) throw new VerifierConfigError(problems);
  return maxTokenBytes;
}

/** The `iss` that a token claims. Nothing is believed of it, so nothing is checked here. */
function readIssuer(token: unknown, maxLength: number): string | undefined {
  if (typeof token !== 'string' || token.length > maxLength) return undefined;
  const start = token.indexOf('.') + 1;
  const payload = Buffer.from(token.slice(start, token.indexOf('.', start)), 'base64url');
  try {
    const claims = JSON.parse(payload.toString()) as { readonly iss?: unknown } | null;
    return typeof claims?.iss === 'string' ? claims.iss : undefined;
  } catch {
    return undefined;
  }
}

async function warmAll(verifiers: readonly Verifier[]): Promise<void> {
  const outcomes = await Promise.allSettled(verifiers.map((verifier) => verifier.warm()));
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [toError(outcome.reason)] : [],
  );
  const [first, ...others] = failures;
  if (first === undefined) return;
  if (!(first instanceof JwksError) || others.length === 0) throw first;
  const messages = failures.map(({ message }) => message);
  throw new JwksError(first.reason, messages.join('\n'), { cause: new AggregateError(failures) });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
