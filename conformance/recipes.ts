import type { ForgeRequest, IssuerControl, MintRequest } from '../mock-idp/index.ts';
import { DEFAULT_USERS } from './settings.ts';

/** Knows how each token of a run was made, so that a report can say how to make such a token again. */
export interface Recipes {
  /** The same issuer, with everything it makes remembered. `name`: of a named issuer that a repetition needs as well. */
  watch(idp: IssuerControl, name?: string): IssuerControl;
  /** Arguments of `gateproof token`; `undefined` for a token that was made in another way. */
  of(token: string): readonly string[] | undefined;
}

export function createRecipes(): Recipes {
  const made = new Map<string, readonly string[]>();
  return {
    of: (token) => made.get(token),
    watch: (idp, name) => {
      const issuer = name === undefined ? [] : ['--issuer', name];
      const makers: Pick<IssuerControl, 'mint' | 'forge'> = {
        mint: async (request = {}) => {
          const minted = await idp.mint(request);
          const make = mintArguments(request);
          if (make) made.set(minted.token, [...issuer, ...make]);
          return minted;
        },
        forge: async (forgery, request = {}) => {
          const forged = await idp.forge(forgery, request);
          for (const { token, variant } of forged) {
            const form = variant === '' ? [] : ['--variant', variant];
            made.set(token, [...issuer, '--forge', forgery, ...form, ...forgeArguments(request)]);
          }
          return forged;
        },
      };
      return withMembers(idp, makers);
    },
  };
}

/** An issuer may be an object of a class with private members, so it is not copied. */
function withMembers(idp: IssuerControl, members: Partial<IssuerControl>): IssuerControl {
  return new Proxy(idp, {
    get: (issuer, name): unknown => {
      const member: unknown = Reflect.get(name in members ? members : issuer, name);
      return typeof member === 'function' ? (member.bind(issuer) as unknown) : member;
    },
  });
}

function mintArguments({ key, typ, claims, header }: MintRequest): readonly string[] | undefined {
  // A story has the key, and nobody else.
  if (key !== undefined) return undefined;
  return [
    ...claimArguments(claims),
    ...pairArguments('--header', { ...(typ !== undefined && { typ }), ...header }),
  ];
}

function forgeArguments({ claims, header, leeway = 5 }: ForgeRequest): readonly string[] {
  const bound = leeway === 5 ? [] : ['--leeway', String(leeway)];
  return [...claimArguments(claims), ...pairArguments('--header', header), ...bound];
}

/** Claims that a demo user has anyway need not be said. */
function claimArguments(claims: MintRequest['claims'] = {}): readonly string[] {
  const { sub, ...others } = claims;
  const user = Object.values(DEFAULT_USERS).find((known) => known.sub === (sub ?? DEFAULT_USERS.owner.sub));
  const given = Object.entries(others).filter(([name, value]) => value !== user?.claims[name]);
  const isText = typeof sub === 'string' && sub !== '';
  const oddSub: readonly [string, unknown][] = isText || sub === undefined ? [] : [['sub', sub]];
  return [
    ...(isText ? ['--sub', sub] : []),
    ...pairArguments('--claim', Object.fromEntries<unknown>([...oddSub, ...given])),
  ];
}

function pairArguments(option: string, members: Readonly<Record<string, unknown>> = {}): readonly string[] {
  return Object.entries(members).flatMap(([name, value]) => [option, `${name}=${asTyped(value)}`]);
}

/** As `gateproof token` reads a value: JSON where it is JSON, else text. */
function asTyped(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  try {
    JSON.parse(value);
    return JSON.stringify(value);
  } catch {
    return value;
  }
}
