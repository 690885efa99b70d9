import { z } from 'zod';
import type {
  BatchRequest,
  Caching,
  ClockChange,
  ForgeRequest,
  IssuerSettings,
  JournalFilter,
  MintRequest,
} from './control.ts';
import type { JsonObject } from './forgeries/forgery.ts';
import { ENDPOINTS } from './journal.ts';
import { headerValue } from './header-schemas.ts';
import { isJsonObject } from './json.ts';
import { PRESET_NAMES } from './presets/index.ts';
import { relativeSeconds } from './times.ts';

const LONGEST_WAIT = 10 * 60_000;
/** A hundred years in seconds: beyond lies no date that HTTP can write. */
const LONGEST_EXPIRY = 100 * 365 * 86_400;
const LARGEST_BATCH = 1_000_000;

/** Handed on as it came: a copy through a schema could reorder or drop what a test put in on purpose. */
export const members: z.ZodType<JsonObject> = z.custom<JsonObject>(isJsonObject, 'expected a JSON object');
export const milliseconds: z.ZodInt = z.int().min(0).max(LONGEST_WAIT);

export const httpUrl: z.ZodString = z
  .string()
  .refine(
    (value) => /^https?:/u.test(value) && URL.canParse(value),
    'expected an absolute http or https URL',
  );

const caching: z.ZodType<Caching> = z.strictObject({
  cacheControl: headerValue().exactOptional(),
  etag: z.boolean().exactOptional(),
  expires: z
    .string()
    .refine(
      (value) => Math.abs(relativeSeconds(value) ?? Infinity) <= LONGEST_EXPIRY,
      'expected a span of time like "+10m" or "-1h"',
    )
    .exactOptional(),
  age: z.int().min(0).exactOptional(),
});

export const issuerSettings: z.ZodType<IssuerSettings> = z.strictObject({
  preset: z.enum(PRESET_NAMES).nullable().exactOptional(),
  issuer: httpUrl.nullable().exactOptional(),
  audience: z.string().min(1).nullable().exactOptional(),
  tokenLifetime: z.int().min(1).nullable().exactOptional(),
  metadata: members.nullable().exactOptional(),
  caching: z
    .strictObject({ jwks: caching.exactOptional(), discovery: caching.exactOptional() })
    .nullable()
    .exactOptional(),
});

const mintMembers = {
  claims: members.exactOptional(),
  header: members.exactOptional(),
  key: z.string().exactOptional(),
  typ: z.string().exactOptional(),
};
export const mintRequest: z.ZodType<MintRequest> = z.strictObject(mintMembers);
export const batchRequest: z.ZodType<BatchRequest> = z.strictObject({
  ...mintMembers,
  count: z.int().min(1).max(LARGEST_BATCH),
  each: members.exactOptional(),
  seed: z.string().exactOptional(),
});

const forgeMembers = {
  claims: members.exactOptional(),
  header: members.exactOptional(),
  leeway: z.number().min(0).max(3600).exactOptional(),
  otherSub: z.string().min(1).exactOptional(),
};
export const namedForgeRequest: z.ZodType<ForgeRequest & { readonly name: string }> = z.strictObject({
  name: z.string(),
  ...forgeMembers,
});

export const clockChange: z.ZodType<ClockChange> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('freeze'), at: z.string().exactOptional() }),
  z.strictObject({ kind: z.literal('advance'), by: z.string() }),
  z.strictObject({ kind: z.literal('offset'), by: z.string() }),
  z.strictObject({ kind: z.literal('real') }),
]);

const filterMembers = {
  endpoint: z.enum([...ENDPOINTS, 'other']).exactOptional(),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).exactOptional(),
  path: z.string().startsWith('/').exactOptional(),
  status: z.int().min(0).max(599).exactOptional(),
  client: z.string().exactOptional(),
  kid: z.string().exactOptional(),
  after: z.int().min(0).exactOptional(),
};
export const journalFilter: z.ZodType<JournalFilter> = z.strictObject(filterMembers);

export type JournalWait = JournalFilter & { readonly count: number; readonly timeoutMs: number };
export const journalWait: z.ZodType<JournalWait> = z.strictObject({
  ...filterMembers,
  count: z.int().min(1),
  timeoutMs: milliseconds,
});
