import { z } from 'zod';
import type { Fault, FaultAction } from './control.ts';
import { headerFields, headerValue } from './header-schemas.ts';
import { ENDPOINTS } from './journal.ts';
import { members, milliseconds } from './schemas.ts';

const LARGEST_BODY = 1024 ** 3;

const faultAction: z.ZodType<FaultAction> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ok') }),
  z.strictObject({ kind: z.literal('delay'), ms: milliseconds, jitterMs: milliseconds.exactOptional() }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({ kind: z.literal('drip'), intervalMs: milliseconds.min(1) }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('truncate') }),
  z.strictObject({ kind: z.literal('invalid-json') }),
  z.strictObject({ kind: z.literal('edit'), members }),
  z.strictObject({ kind: z.literal('headers'), headers: headerFields }),
  z
    .strictObject({
      kind: z.literal('respond'),
      status: z.int().min(200).max(599),
      headers: headerFields.exactOptional(),
      body: z.string().exactOptional(),
      encoding: z.enum(['utf8', 'base64']).exactOptional(),
      json: z.unknown().optional(),
    })
    .refine(({ body, json }) => body === undefined || json === undefined, 'give body or json, not both'),
  z.strictObject({ kind: z.literal('redirect'), location: headerValue().exactOptional() }),
  z.strictObject({ kind: z.literal('oversized'), bytes: z.int().min(1).max(LARGEST_BODY) }),
  z.strictObject({ kind: z.literal('stale') }),
]);

export const fault: z.ZodType<Fault> = z
  .strictObject({
    endpoint: z.enum(ENDPOINTS),
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
