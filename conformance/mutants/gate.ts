import { setTimeout as pause } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { invalidToken, Refusal } from './answer.ts';
import type { Bug, BugName } from './bugs.ts';
import { checkClaims, type Expectation } from './claims.ts';
import { checkHeader } from './header.ts';
import { type JsonObject, type Jws, parseJws } from './jws.ts';
import type { PublishedKey } from './import-keys.ts';
import type { KeySet } from './key-set.ts';
import { checkSignature } from './signature.ts';

export interface GateOptions extends Omit<Expectation, 'now'> {
  readonly keySet: KeySet;
  readonly sessionUrl: string;
}

/** The one way from a token to its claims. Holds what broken gates hold: caches, a user in a variable. */
export class Gate {
  readonly #options: GateOptions;
  readonly #bug: Bug;
  readonly #verified = new Map<string, JsonObject>();
  readonly #seen = new Set<string>();
  readonly #refused = new Set<string>();
  #lax = false;
  #failures = 0;
  #lockedUntil = 0;

  constructor(options: GateOptions, bug: Bug) {
    this.#options = options;
    this.#bug = bug;
  }

  /**
   * With a further bug, where one route has a gate of its own.
   * @throws Refusal as the contract demands
   */
  async check(token: string, further?: BugName): Promise<JsonObject> {
    if (this.#bug('refusal-cached') && this.#refused.has(token)) throw invalidToken();
    if (Date.now() < this.#lockedUntil) throw invalidToken();
    try {
      return await this.#verify(token, (name) => name === further || this.#bug(name));
    } catch (error) {
      if (this.#bug('lockout') && ++this.#failures % 50 === 0) this.#lockedUntil = Date.now() + 1_000;
      if (this.#bug('refetch-on-failure')) await this.#options.keySet.load();
      if (this.#bug('refusal-cached')) this.#refused.add(token);
      throw error;
    }
  }

  async #verify(token: string, bug: Bug): Promise<JsonObject> {
    if (bug('session-call')) await fetch(this.#options.sessionUrl).then((answer) => answer.body?.cancel());
    if (bug('fetch-before-checks')) await this.#options.keySet.find(peekKid(token));
    const jws = parseJws(token, bug);
    const cached = this.#cached(token, jws);
    if (cached !== undefined) return cached;
    if (bug('options-carryover') && jws.header['alg'] === 'none') this.#lax = true;
    checkHeader(jws.header, bug);
    const expected = { ...this.#options, now: Math.floor(Date.now() / 1000) };
    this.#checkCheaply(jws, expected, bug);
    if (bug('cache-by-token') && !this.#seen.has(token)) await this.#options.keySet.load();
    if (bug('cache-by-token')) this.#seen.add(token);
    const key = await this.#key(jws);
    if (key !== undefined) await this.#checkWith(jws, key);
    if (!this.#lax) checkClaims(jws.claims, expected, bug);
    if (bug('jti-replay-cache')) this.#refuseReplay(jws.claims);
    this.#verified.set(cacheKey(token, jws, bug), jws.claims);
    if (this.#verified.size > 1000) this.#verified.clear();
    if (bug('user-object') && isObject(jws.claims['user']))
      return { ...jws.claims, sub: jws.claims['user']['id'] };
    return bug('header-over-payload') ? { ...jws.claims, ...jws.header } : jws.claims;
  }

  #cached(token: string, jws: Jws): JsonObject | undefined {
    const bug = this.#bug;
    const alive = Number(jws.claims['exp']) > Date.now() / 1000;
    const forALifetime = bug('vcache-outlives-key') || bug('vcache-by-jti');
    const whatever = WIDE_CACHES.some((name) => bug(name));
    if (!whatever && !bug('exp-cached') && !bug('vcache-by-payload') && !(forALifetime && alive))
      return undefined;
    return this.#verified.get(cacheKey(token, jws, bug));
  }

  /** A token that is dead anyway costs no fetch; but what is wrong with an unsigned token is told to nobody. */
  #checkCheaply({ claims }: Jws, expected: Expectation, bug: Bug): void {
    if (bug('fetch-before-checks') || this.#lax) return;
    try {
      checkClaims(claims, expected, bug);
    } catch (error) {
      if (bug('claims-before-sig') || !(error instanceof Refusal)) throw error;
      if (this.#isExpiry(error)) return;
      throw invalidToken(bug('claims-reflected') ? `Not accepted: ${JSON.stringify(claims)}` : undefined);
    }
  }

  #isExpiry({ answer }: Refusal): boolean {
    return (answer.body as { error_code?: unknown }).error_code === 'token_expired';
  }

  async #key(jws: Jws): Promise<PublishedKey | undefined> {
    const { header } = jws;
    const bug = this.#bug;
    const embedded = await embeddedKey(header, bug);
    if (embedded !== undefined) return embedded;
    let kid = header['kid'];
    if (bug('kid-required-crash')) (kid as string).trim();
    if (bug('error-means-trusted') && typeof kid !== 'string') return undefined;
    if (bug('kid-loose') && (typeof kid === 'number' || Array.isArray(kid))) kid = String(kid as unknown);
    if (bug('kid-try-all')) {
      const key = this.#options.keySet.all.find((candidate) => this.#matches(jws, candidate));
      if (key !== undefined) return key;
    }
    if (bug('missing-kid-unbounded') && kid === undefined) await this.#options.keySet.load();
    if (typeof kid !== 'string' || kid === '') throw invalidToken();
    if (bug('kid-regex') && !/^[A-Za-z0-9_-]+$/.test(kid)) throw invalidToken();
    if (bug('kid-file')) readKeyFile(kid);
    if (bug('kid-in-response')) return this.#find(kid);
    try {
      return await this.#options.keySet.find(kid);
    } catch (error) {
      if (bug('kid-unknown-skips') && error instanceof Refusal) return undefined;
      if (bug('down-fail-open') && error instanceof Refusal && error.answer.status === 503) return undefined;
      throw error;
    }
  }

  async #find(kid: string): Promise<PublishedKey> {
    try {
      return await this.#options.keySet.find(kid);
    } catch (error) {
      throw error instanceof Refusal && error.answer.status === 401
        ? invalidToken(`Unknown key ${kid}`)
        : error;
    }
  }

  #matches(jws: Jws, key: PublishedKey): boolean {
    try {
      checkSignature(jws, key, this.#bug);
      return true;
    } catch {
      return false;
    }
  }

  async #checkWith(jws: Jws, key: PublishedKey): Promise<void> {
    const { modulusLength: bits = 0 } = key.publicKey.asymmetricKeyDetails ?? {};
    // As long as a verifier takes that computes with such numbers itself.
    if (this.#bug('huge-key-slow') && bits > 8192) await pause(2_000);
    try {
      checkSignature(jws, key, this.#bug);
    } catch (error) {
      if (this.#bug('refetch-on-bad-signature')) await this.#options.keySet.load();
      if (this.#bug('reason-oracle') && error instanceof Refusal) throw invalidToken('Signature mismatch');
      throw error;
    }
  }

  #refuseReplay({ jti, sub, iat }: JsonObject): void {
    const id = JSON.stringify([jti, sub, iat]);
    if (jti !== undefined && this.#seen.has(id)) throw invalidToken();
    this.#seen.add(id);
  }
}

const WIDE_CACHES = ['vcache-by-prefix', 'vcache-by-sub', 'vcache-by-signature'] as const;

function cacheKey(token: string, jws: Jws, bug: Bug): string {
  const { jti, iat, sub } = jws.claims;
  if (bug('vcache-by-prefix')) return token.slice(0, -100);
  if (bug('vcache-by-sub')) return JSON.stringify(sub);
  if (bug('vcache-by-signature')) return jws.signature.toString('base64');
  if (bug('vcache-by-jti') && jti !== undefined) return JSON.stringify([jws.header['kid'], jti, iat]);
  return bug('vcache-by-payload') ? jws.payloadSegment : token;
}

function peekKid(token: string): string {
  const header = JSON.parse(
    Buffer.from(token.split('.')[0] ?? '', 'base64url').toString() || '{}',
  ) as JsonObject;
  return typeof header['kid'] === 'string' ? header['kid'] : '';
}

async function embeddedKey(header: JsonObject, bug: Bug): Promise<PublishedKey | undefined> {
  const { jwk, jku, x5c } = header;
  if (bug('jwk-header-trusted') && typeof jwk === 'object' && jwk !== null) {
    return { publicKey: createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }), jwk: jwk as JsonObject };
  }
  if (bug('jku-followed') && typeof jku === 'string') {
    const set = (await (await fetch(jku)).json()) as { keys: JsonObject[] };
    const found = set.keys.find((key) => key['kid'] === header['kid']) ?? set.keys[0];
    if (found !== undefined)
      return { publicKey: createPublicKey({ key: found as JsonWebKey, format: 'jwk' }), jwk: found };
  }
  if (bug('x5-trusted') && Array.isArray(x5c)) {
    const pem = `-----BEGIN CERTIFICATE-----\n${String(x5c[0])}\n-----END CERTIFICATE-----\n`;
    return { publicKey: createPublicKey(pem), jwk: {} };
  }
  return undefined;
}

/** Key files by kid: whoever writes the kid chooses the file. */
function readKeyFile(kid: string): void {
  if (kid.includes('/')) readFileSync(kid);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
