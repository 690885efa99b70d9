import type { z } from 'zod';
import { MockIdpError } from './errors.ts';
import { didYouMean } from './suggest.ts';

/** Checks what a caller handed in. @throws MockIdpError `invalid_request` that names every wrong member and the nearest known one. */
export function validate<Value>(schema: z.ZodType<Value>, value: unknown, what: string): Value {
  const result = schema.safeParse(value, { error: explain });
  if (result.success) return result.data;
  const faults = result.error.issues.slice(0, 5).map(({ path, message }) => {
    const member = path.map(String).join('.');
    return member === '' ? message : `${member}: ${message}`;
  });
  throw new MockIdpError('invalid_request', `${what}: ${faults.join('; ')}`);
}

/** Words for the mistakes whose remedy is another name; the rest says zod well. */
function explain(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') {
    const known = memberNames(issue.inst);
    return issue.keys
      .slice(0, 5)
      .map((key) => `unknown member "${key.slice(0, 64)}"${didYouMean(key, known)}`)
      .join(', ');
  }
  if (issue.code === 'invalid_type' && issue.input === undefined)
    return `is missing; expected ${issue.expected}`;
  if (issue.code === 'invalid_value') return choice(issue.input, issue.values.map(String));
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    const { discriminator, input, options } = issue as DiscriminatorIssue;
    return choice(input?.[discriminator], options.map(String));
  }
  return undefined;
}

/** What zod says of a union whose discriminator has no known value; its own type leaves the members open. */
interface DiscriminatorIssue {
  readonly discriminator: string;
  readonly input: Readonly<Record<string, unknown>> | undefined;
  readonly options: readonly unknown[];
}

function choice(given: unknown, known: readonly string[]): string {
  const hint = typeof given === 'string' ? `; not "${given.slice(0, 64)}"${didYouMean(given, known)}` : '';
  return `expected one of ${known.join(', ')}${hint}`;
}

function memberNames(schema: unknown): readonly string[] {
  const shape = (schema as Partial<z.ZodObject> | undefined)?.shape;
  return shape === undefined ? [] : Object.keys(shape);
}
