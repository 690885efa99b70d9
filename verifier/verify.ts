import { verify as verifySignature } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { checkClaims } from './claims.ts';
import { createDecoder } from './compact-jws.ts';
import type { CompactJws, CompactJwsDecoder } from './compact-jws.ts';
import type {
  Refusal,
  RefusalReason,
  VerifiedToken,
  Verifier,
  VerifierEvent,
  VerifierOptions,
} from './contract.ts';
import { TokenError } from './errors.ts';
import { deepFreeze } from './freeze.ts';
import { resolveOptions } from './options.ts';
import type { Settings } from './options.ts';
import { RemoteKeySet } from './remote-key-set.ts';
import { TokenCache } from './token-cache.ts';

/**
 * A verifier of RS256 access tokens. Fetches nothing until `warm` or the first token.
 * @throws VerifierConfigError naming every wrong option
 * @example
 * const verifier = createVerifier({
 *   jwksUrl: 'https://idp.example/.well-known/jwks.json',
 *   issuer: 'https://idp.example',
 *   audience: 'https://api.example',
 *   algorithms: ['RS256'],
 * });
 * await verifier.warm();
 * const { claims } = await verifier.verify(token);
 */
export function createVerifier(options: VerifierOptions): Verifier {
  return new RemoteVerifier(resolveOptions(options));
}

class RemoteVerifier implements Verifier {
  readonly #settings: Settings;
  readonly #emit: ((event: VerifierEvent) => void) | undefined;
  readonly #decoder: CompactJwsDecoder;
  readonly #keys: RemoteKeySet;
  readonly #cache: TokenCache | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#emit = settings.onEvent && shielded(settings.onEvent);
    this.#decoder = createDecoder(settings.maxTokenBytes);
    this.#keys = new RemoteKeySet({ ...settings, emit: (event) => this.#emit?.(event) });
    this.#cache = settings.tokenCache && new TokenCache(settings.tokenCache);
  }

  get ready(): boolean {
    return this.#keys.usable(this.#settings.now());
  }

  async warm(): Promise<void> {
    await this.#keys.refresh('warm');
    if (this.#keys.lastError !== undefined) throw this.#keys.lastError;
  }

  verifySync(token: string): VerifiedToken | undefined {
    const verdict = this.judge(token);
    if (verdict !== undefined && isRefusal(verdict)) throw new TokenError(verdict.code, verdict.reason);
    return verdict;
  }

  judge(token: string): VerifiedToken | Refusal | undefined {
    const startedAt = this.#emit === undefined ? 0 : performance.now();
    if (!isString(token)) return this.#refuse('segments');
    const now = this.#settings.now();
    const keySet = this.#keys.trusted(now);
    const repeated = keySet && this.#cache?.get(token, keySet, now);
    const verdict = repeated ?? this.#judge(token, now);
    if (typeof verdict === 'string') return this.#refuse(verdict);
    if (verdict !== undefined) {
      this.#emit?.({
        type: 'verified',
        durationMs: performance.now() - startedAt,
        cached: repeated !== undefined,
      });
    }
    return verdict;
  }

  async verify(token: string): Promise<VerifiedToken> {
    const verified = this.verifySync(token);
    if (verified !== undefined) return verified;
    const found = await this.#keys.find(this.#kidOf(token));
    if (found === 'unavailable') {
      this.#emit?.({ type: 'refused', code: 'jwks_unavailable', reason: 'no-key-set' });
      throw new TokenError('jwks_unavailable', 'no-key-set', this.#keys.retryAfter());
    }
    const verifiedNow = found === 'unknown' ? undefined : this.verifySync(token);
    if (verifiedNow !== undefined) return verifiedNow;
    const { code, reason } = this.#refuse('unknown-kid');
    throw new TokenError(code, reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#keys.dispose();
    return Promise.resolve();
  }

  /** Checks a token not seen before, cheapest first. Nothing where its key is not at hand and it is worth a fetch. */
  #judge(token: string, now: number): VerifiedToken | RefusalReason | undefined {
    const jws = this.#decoder.decode(token);
    if (typeof jws === 'string') return jws;
    const refusal = checkClaims(jws.claims, this.#settings, now / 1000);
    // Refused like a bad signature, so this tells nobody that the signature was not looked at.
    if (refusal !== undefined && refusal !== 'expired') return refusal;

    // An expired token is refused either way and worth no fetch; an old key will do to tell how.
    const keySet = refusal === 'expired' ? this.#keys.latest : this.#keys.trusted(now);
    const keys = keySet?.keys.get(jws.header.kid);
    this.#emit?.({ type: keys === undefined ? 'jwks-miss' : 'jwks-hit' });
    if (keySet === undefined || keys === undefined) return refusal === 'expired' ? 'unknown-kid' : undefined;
    if (!isSignedByOneOf(keys, jws)) return 'signature';
    if (refusal !== undefined) return refusal;

    this.#decoder.remember(jws);
    const verified = { header: jws.header, claims: jws.claims as VerifiedToken['claims'] };
    if (this.#cache === undefined) return verified;
    // Every request that bears the token will be given this very object: none of them may change it for the others.
    const members = deepFreeze(jws.claims);
    const until = (verified.claims.exp + this.#settings.leeway) * 1000;
    this.#cache.add(token, Object.freeze(verified), keySet, now, until, members);
    return verified;
  }

  #kidOf(token: string): string {
    const jws = this.#decoder.decode(token);
    return typeof jws === 'string' ? '' : jws.header.kid;
  }

  #refuse(reason: RefusalReason): Refusal {
    const refusal: Refusal = { code: reason === 'expired' ? 'token_expired' : 'invalid_token', reason };
    this.#emit?.({ type: 'refused', ...refusal });
    return refusal;
  }
}

/** The key goes in bare: wrapped in an object of options it would cost half as much again (Node 24.18 and later). */
function isSignedByOneOf(keys: readonly KeyObject[], { signingInput, signature }: CompactJws): boolean {
  for (const key of keys) if (verifySignature('sha256', signingInput, key, signature)) return true;
  return false;
}

function isRefusal(verdict: VerifiedToken | Refusal): verdict is Refusal {
  return 'code' in verdict;
}

/** A JavaScript caller may hand over whatever its request held. */
function isString(token: unknown): boolean {
  return typeof token === 'string';
}

/** A listener that throws must not turn a good token into an error, nor end the process from a timer. */
function shielded(listener: (event: VerifierEvent) => void): (event: VerifierEvent) => void {
  return (event) => {
    try {
      listener(event);
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  };
}
