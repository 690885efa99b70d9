import type { Addresses } from './addresses.ts';
import { batchClaims, inOrder } from './batch.ts';
import type { BatchRequest, ForgeRequest, MintedToken, MintRequest } from './control.ts';
import { MockIdpError } from './errors.ts';
import type { ForgeKit } from './forgeries/forgery.ts';
import type { Grant } from './grants.ts';
import type { IssuerState } from './issuer-state.ts';
import { secret } from './refresh-families.ts';
import type { AlgorithmKey } from './signing-key.ts';
import { signToken, type TokenContext, tokenParts, type TokenRequest } from './tokens.ts';
import type { DemoUser } from './users.ts';

/** Seconds a minted token lives, and the leeway a forgery reckons with, where the request says nothing. */
const MINTED_LIFETIME = 300;
const DEFAULT_LEEWAY = 5;

export interface TokenIssuerOptions {
  readonly addresses: Addresses;
  readonly state: IssuerState;
  readonly users: readonly DemoUser[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The key that no JWKS ever shows. */
  readonly unpublishedKey: () => Promise<AlgorithmKey>;
}

/** Makes the tokens of one issuer as seen at one address. */
export class TokenIssuer {
  readonly #options: TokenIssuerOptions;

  constructor(options: TokenIssuerOptions) {
    this.#options = options;
  }

  async mint({ key, ...request }: MintRequest): Promise<MintedToken> {
    const sign = await this.#signer(key);
    return sign(request);
  }

  async *mintMany(request: BatchRequest): AsyncGenerator<MintedToken, void, undefined> {
    const { count, key, header, typ } = request;
    const claims = batchClaims(request);
    const sign = await this.#signer(key);
    const parts = { ...(header && { header }), ...(typ !== undefined && { typ }) };
    yield* inOrder(count, (n) => sign({ ...parts, claims: claims(n) }));
  }

  /** The access token of a user who signed in without a client. */
  async forUser(user: DemoUser): Promise<string> {
    return this.#sign('accessToken', { ...this.#signedIn(), user });
  }

  /** The tokens a client gets for a user. An ID token only where `openid` is in the scope (OpenID Connect Core §3.1.2.1). */
  async forGrant(
    id: string,
    { user, clientId, scope, audience, nonce, sid, authTime }: Grant,
  ): Promise<{ readonly accessToken: string; readonly idToken: string | undefined }> {
    const context = {
      ...this.#signedIn(),
      ...{ user, clientId, scope, sid, authTime, jti: `${id}.${secret()}` },
      ...(audience !== undefined && { audience }),
      ...(nonce !== undefined && { nonce }),
    };
    const accessToken = await this.#sign('accessToken', context);
    const isOpenId = scope.split(' ').includes('openid');
    return { accessToken, idToken: isOpenId ? await this.#sign('idToken', context) : undefined };
  }

  /** The access token of a client that acts for itself. */
  async forClient(clientId: string, scope: string, audience: string | undefined): Promise<string> {
    return this.#sign('accessToken', {
      ...this.#signedIn(),
      ...{ clientId, jti: secret() },
      ...(scope !== '' && { scope }),
      ...(audience !== undefined && { audience }),
    });
  }

  /** @param attacker the issuer whose keys nobody should trust, as seen at the same address */
  async kit(request: ForgeRequest, attacker: TokenIssuer): Promise<ForgeKit> {
    const { users, unpublishedKey, state } = this.#options;
    const { state: attackerState, addresses: attackerAddresses } = attacker.#options;
    const [active, unpublished, attackerKey, jwks, ring] = await Promise.all([
      state.keyRing.key(),
      unpublishedKey(),
      attackerState.keyRing.key(),
      state.keyRing.jwks(),
      state.keyRing.published(),
    ]);
    const published = ring.find((key) => key.kid !== active.kid && makesGoodTokens(key));
    if (!makesGoodTokens(active) || published === undefined) {
      throw new MockIdpError(
        'unknown_key',
        'Forging needs an active key and another published one that are RS256 of 2048 bits or more: rotate or announce one first',
      );
    }
    const base = this.#base(request.claims?.['sub']);
    return {
      ...tokenParts(request, base, active),
      now: base.now,
      leeway: request.leeway ?? DEFAULT_LEEWAY,
      otherSub: request.otherSub ?? users[1]?.sub ?? 'somebody-else',
      active,
      published,
      unpublished,
      attacker: attackerKey,
      attackerJwksUrl: attackerAddresses.jwksUrl,
      attackerIssuer: attackerAddresses.issuer,
      jwks,
    };
  }

  /** Makes tokens that all have the same key and the same time. */
  async #signer(kid: string | undefined): Promise<(request: TokenRequest) => Promise<MintedToken>> {
    const { unpublishedKey, state } = this.#options;
    const key = await (kid === 'unpublished' ? unpublishedKey() : state.keyRing.key(kid));
    const now = this.#now();
    // Async, so that a refusal is a rejection whatever part of the work refuses.
    return async (request) =>
      signToken(tokenParts(request, this.#base(request.claims?.['sub'], now), key), key);
  }

  async #sign(kind: 'accessToken' | 'idToken', context: TokenContext): Promise<string> {
    const { preset } = this.#options.state.settings;
    const key = await this.#options.state.keyRing.key();
    const base = { claims: preset[kind](context), typ: preset.typ, now: context.now };
    return (await signToken(tokenParts({}, base, key), key)).token;
  }

  /** A token whose sub names a known user bears that user's claims, not somebody else's. */
  #base(sub: unknown, now = this.#now()): Parameters<typeof tokenParts>[1] {
    const { users, state } = this.#options;
    const { preset } = state.settings;
    const user = users.find((each) => each.sub === sub) ?? users[0];
    const context = { ...this.#issued(now), user, lifetime: MINTED_LIFETIME };
    return { claims: preset.accessToken(context), typ: preset.typ, now };
  }

  #signedIn(): Omit<TokenContext, 'user'> & { readonly user: undefined } {
    const lifetime = this.#options.state.settings.tokenLifetime;
    return { ...this.#issued(this.#now()), lifetime, user: undefined };
  }

  #issued(now: number): Pick<TokenContext, 'issuer' | 'audience' | 'now'> {
    const { addresses, state } = this.#options;
    return { issuer: addresses.issuer, audience: state.settings.audience, now };
  }

  #now(): number {
    return Math.floor(this.#options.now() / 1000);
  }
}

/** Whether a resource server that takes RS256 takes what the key signs (RFC 7518 §3.3). */
function makesGoodTokens({ alg, publicKey }: AlgorithmKey): boolean {
  return alg === 'RS256' && (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
}
