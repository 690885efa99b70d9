import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';

export const headerFields: z.ZodType<Readonly<Record<string, string>>> = z
  .record(z.string(), z.string())
  .superRefine((fields, context) => {
    for (const [name, value] of Object.entries(fields)) {
      try {
        validateHeaderName(name);
        validateHeaderValue(name, value);
      } catch {
        context.addIssue({ code: 'custom', path: [name], message: 'not a header field HTTP can carry' });
      }
    }
  });

export function headerValue(): z.ZodString {
  return z.string().refine((value) => {
    try {
      validateHeaderValue('location', value);
      return true;
    } catch {
      return false;
    }
  }, 'not a value a header can carry');
}
