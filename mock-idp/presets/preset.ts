import type { PresetName } from '../control.ts';
import type { JsonObject } from '../forgeries/forgery.ts';
import type { TokenContext, TokenShape } from '../tokens.ts';

/** Endpoints that a discovery document names. */
type NamedEndpoint =
  'jwks' | 'authorize' | 'token' | 'userinfo' | 'introspection' | 'revocation' | 'endSession';

/** How one provider looks to a backend: its tokens, its key set and where its endpoints are. */
export interface Preset extends TokenShape {
  /** `null` for the shape of no provider in particular. */
  readonly name: PresetName | null;
  /** What comes after the path of the issuer in `iss`. */
  readonly issuerPath: string;
  /** Where discovery says that an endpoint is, below the path of the issuer; `null` for one the provider has not. */
  readonly paths: Readonly<Record<NamedEndpoint, string | null>>;
  /** Members laid over every published key, where `null` takes one away. */
  readonly jwk: JsonObject;
  /** Where the shape is documented. */
  readonly references: readonly string[];
}

/** What a token says of its client and scope where it was minted without either. */
export const DEFAULT_CLIENT = 'gateproof';
export const DEFAULT_SCOPE = 'openid profile email';

/** Whether a client acts for itself (RFC 6749 §4.4). */
export function isForClient({ user }: TokenContext): boolean {
  return user === undefined;
}

/** Name of a person as OpenID Connect Core §5.1 splits it. */
export function nameClaims({ user }: TokenContext): JsonObject {
  const [given, ...family] = user?.name.split(' ') ?? [];
  return {
    name: user?.name,
    given_name: given,
    family_name: family.length === 0 ? undefined : family.join(' '),
  };
}
