import { z } from 'zod';
import type { Client } from './clients.ts';
import type { ClockChange, IssuerSettings, PresetName } from './control.ts';
import { PRESET_NAMES } from './presets/index.ts';
import { clockChange, httpUrl, issuerSettings, members } from './schemas.ts';
import type { DemoUser } from './users.ts';

export interface MockIdpOptions {
  /** Address to bind; default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /**
   * Where all clients reach the server. Default: each where it reached it itself (`Host`, `X-Forwarded-Host`, `-Proto`,
   * `-Port`), so that one server has a good name inside a container network and outside.
   */
  readonly publicUrl?: string;
  /** `iss` of the default issuer, verbatim; default: the URL of the server. Named issuers get `<issuer>/<name>`. */
  readonly issuer?: string;
  /** Whose tokens, key set and paths every issuer copies. Default: nobody's. */
  readonly preset?: PresetName;
  /**
   * Private JWKs (RFC 7517) that the default issuer begins with, also after a reset: the first one signs, the others are
   * announced. So several servers can serve one key set. Default: two new keys.
   */
  readonly signingKeys?: readonly Readonly<Record<string, unknown>>[];
  /** `aud` of the tokens; default `https://api.example.com`. */
  readonly audience?: string;
  /** Seconds the access token of a signed-in user lives; default 900. */
  readonly tokenLifetime?: number;
  /** Who can sign in; the first is whose token is minted by default. Default: user-123 and user-456. */
  readonly users?: readonly DemoUser[];
  /** The OAuth clients there are. Default: any, with any secret and any redirect URI. */
  readonly clients?: readonly Client[];
  /** Whether the authorization endpoint shows a page to sign in; else it signs the first user in at once. Default: true. */
  readonly interactiveLogin?: boolean;
  /** Whether a refresh token is replaced when it is used; default true. */
  readonly rotateRefreshToken?: boolean;
  /** Demanded of every control-plane request as `X-Mock-Control-Token`. */
  readonly controlToken?: string;
  /**
   * Origins whose pages a browser lets use the server, the control plane included. Default: those of every origin, but
   * without the control plane.
   */
  readonly allowedOrigins?: readonly string[];
  /** How many issuers may come into being; default 1000. */
  readonly maxIssuers?: number;
  /** What time it is at the start; default: real time. */
  readonly clock?: ClockChange;
  /** What some issuers go by, by name. They are there from the start. */
  readonly issuers?: Readonly<Record<string, IssuerSettings>>;
  /** Injected for tests. Milliseconds since the epoch. */
  readonly now?: () => number;
}

const user: z.ZodType<DemoUser> = z.strictObject({
  sub: z.string().min(1),
  email: z.string().min(1),
  password: z.string().min(1),
  name: z.string(),
});

const origin = httpUrl.refine(
  (value) => URL.canParse(value) && new URL(value).origin === value,
  'expected an origin like "http://localhost:3000", without a path',
);

const client: z.ZodType<Client> = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1).exactOptional(),
  redirectUris: z.array(z.string()).exactOptional(),
  postLogoutRedirectUris: z.array(z.string()).exactOptional(),
});

export const mockIdpOptions: z.ZodType<MockIdpOptions> = z.strictObject({
  host: z.string().min(1).exactOptional(),
  port: z.int().min(0).max(65_535).exactOptional(),
  publicUrl: httpUrl.transform((value) => value.replace(/\/+$/u, '')).exactOptional(),
  issuer: httpUrl.exactOptional(),
  preset: z.enum(PRESET_NAMES).exactOptional(),
  signingKeys: z.array(members).min(1).exactOptional(),
  audience: z.string().min(1).exactOptional(),
  tokenLifetime: z.int().min(1).exactOptional(),
  users: z.array(user).min(1).exactOptional(),
  clients: z.array(client).exactOptional(),
  interactiveLogin: z.boolean().exactOptional(),
  rotateRefreshToken: z.boolean().exactOptional(),
  controlToken: z.string().min(1).exactOptional(),
  allowedOrigins: z.array(origin).exactOptional(),
  maxIssuers: z.int().min(1).exactOptional(),
  clock: clockChange.exactOptional(),
  issuers: z.record(z.string(), issuerSettings).exactOptional(),
  now: z.custom<() => number>((value) => typeof value === 'function', 'expected a function').exactOptional(),
});
