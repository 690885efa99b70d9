import { z } from 'zod';
import type { DemoUser } from './users.ts';

export interface MockIdpOptions {
  /** Address to bind; default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Where clients reach the server, if not at the address it binds: behind a container's port mapping, for one. */
  readonly publicUrl?: string;
  /** `iss` of the default issuer, verbatim; default: the URL of the server. Named issuers get `<issuer>/<name>`. */
  readonly issuer?: string;
  /** `aud` of the tokens; default `https://api.example.com`. */
  readonly audience?: string;
  /** Seconds the access token of a signed-in user lives; default 900. */
  readonly tokenLifetime?: number;
  /** Who can sign in; the first is whose token is minted by default. Default: user-123 and user-456. */
  readonly users?: readonly DemoUser[];
  /** Demanded of every control-plane request as `X-Mock-Control-Token`. */
  readonly controlToken?: string;
  /** How many issuers may come into being; default 1000. */
  readonly maxIssuers?: number;
  /** Injected for tests. Milliseconds since the epoch. */
  readonly now?: () => number;
}

const httpUrl = z
  .string()
  .refine(
    (value) => /^https?:/u.test(value) && URL.canParse(value),
    'expected an absolute http or https URL',
  );

const user: z.ZodType<DemoUser> = z.strictObject({
  sub: z.string().min(1),
  email: z.string().min(1),
  password: z.string().min(1),
  name: z.string(),
});

export const mockIdpOptions: z.ZodType<MockIdpOptions> = z.strictObject({
  host: z.string().min(1).exactOptional(),
  port: z.int().min(0).max(65_535).exactOptional(),
  publicUrl: httpUrl.transform((value) => value.replace(/\/+$/u, '')).exactOptional(),
  issuer: httpUrl.exactOptional(),
  audience: z.string().min(1).exactOptional(),
  tokenLifetime: z.int().min(1).exactOptional(),
  users: z.array(user).min(1).exactOptional(),
  controlToken: z.string().min(1).exactOptional(),
  maxIssuers: z.int().min(1).exactOptional(),
  now: z.custom<() => number>((value) => typeof value === 'function', 'expected a function').exactOptional(),
});
