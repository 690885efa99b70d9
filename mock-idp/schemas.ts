import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import type {
  BatchRequest,
  ClockChange,
  Fault,
  FaultAction,
  ForgeRequest,
  IssuerSettings,
  JournalFilter,
  KeyChange,
  MintRequest,
} from './control.ts';
import type { JsonObject } from './forgeries/forgery.ts';
import { ENDPOINTS } from './journal.ts';
import { isJsonObject } from './json.ts';

const LONGEST_WAIT = 10 * 60_000;
const LARGEST_BATCH = 1_000_000;
const LARGEST_BODY = 1024 ** 3;

/** Handed on as it came: a copy through a schema could reorder or drop what a test put in on purpose. */
const members = z.custom<JsonObject>(isJsonObject, 'expected a JSON object');
const kid = z.string();
const milliseconds = z.int().min(0).max(LONGEST_WAIT);

export const httpUrl: z.ZodString = z
  .string()
  .refine(
    (value) => /^https?:/u.test(value) && URL.canParse(value),
    'expected an absolute http or https URL',
  );

export const issuerSettings: z.ZodType<IssuerSettings> = z.strictObject({
  issuer: httpUrl.nullable().exactOptional(),
  audience: z.string().min(1).nullable().exactOptional(),
  tokenLifetime: z.int().min(1).nullable().exactOptional(),
  metadata: members.nullable().exactOptional(),
});

const mintMembers = {
  claims: members.exactOptional(),
  header: members.exactOptional(),
  key: kid.exactOptional(),
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

export const keyChange: z.ZodType<KeyChange> = z.discriminatedUnion('story', [
  z.strictObject({ story: z.literal('rotate'), overlap: z.boolean().exactOptional() }),
  z.strictObject({ story: z.literal('announce') }),
  z.strictObject({ story: z.literal('promote'), kid }),
  z.strictObject({ story: z.literal('withdraw'), kid }),
  z.strictObject({ story: z.literal('restore'), kid }),
  z.strictObject({ story: z.literal('revoke-all') }),
  z.strictObject({ story: z.literal('same-kid') }),
  z.strictObject({
    story: z.literal('decoys'),
    keys: z.array(z.unknown()),
    first: z.boolean().exactOptional(),
  }),
  z.strictObject({ story: z.literal('edit'), members }),
]);

export const clockChange: z.ZodType<ClockChange> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('freeze'), at: z.string().exactOptional() }),
  z.strictObject({ kind: z.literal('advance'), by: z.string() }),
  z.strictObject({ kind: z.literal('offset'), by: z.string() }),
  z.strictObject({ kind: z.literal('real') }),
]);

const headerFields = z.record(z.string(), z.string()).superRefine((fields, context) => {
  for (const [name, value] of Object.entries(fields)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      context.addIssue({ code: 'custom', path: [name], message: 'not a header field HTTP can carry' });
    }
  }
});

const faultAction: z.ZodType<FaultAction> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ok') }),
  z.strictObject({ kind: z.literal('delay'), ms: milliseconds }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({ kind: z.literal('drip'), intervalMs: milliseconds.min(1) }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('truncate') }),
  z.strictObject({
    kind: z.literal('respond'),
    status: z.int().min(200).max(599),
    headers: headerFields.exactOptional(),
    body: z.string().exactOptional(),
    encoding: z.enum(['utf8', 'base64']).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('redirect'), location: headerValue().exactOptional() }),
  z.strictObject({ kind: z.literal('oversized'), bytes: z.int().min(1).max(LARGEST_BODY) }),
  z.strictObject({ kind: z.literal('stale') }),
]);

export const fault: z.ZodType<Fault> = z
  .strictObject({
    endpoint: z.enum(['jwks', 'discovery', 'token', 'refresh']),
    actions: z.array(faultAction).min(1).max(10_000),
    times: z.int().min(1).exactOptional(),
  })
  .superRefine(({ endpoint, actions }, context) => {
    if (endpoint === 'jwks') return;
    const index = actions.findIndex(({ kind }) => kind === 'stale');
    if (index < 0) return;
    const message = 'only the jwks endpoint can be stale: the action replays an earlier key set';
    context.addIssue({ code: 'custom', path: ['actions', index, 'kind'], message });
  });

const filterMembers = {
  endpoint: z.enum(ENDPOINTS).exactOptional(),
  after: z.int().min(0).exactOptional(),
};
export const journalFilter: z.ZodType<JournalFilter> = z.strictObject(filterMembers);

export type JournalWait = JournalFilter & { readonly count: number; readonly timeoutMs: number };
export const journalWait: z.ZodType<JournalWait> = z.strictObject({
  ...filterMembers,
  count: z.int().min(1),
  timeoutMs: milliseconds,
});

function headerValue(): z.ZodString {
  return z.string().refine((value) => {
    try {
      validateHeaderValue('location', value);
      return true;
    } catch {
      return false;
    }
  }, 'not a value a header can carry');
}
