import { z } from 'zod';

/*
 * What the value of one environment variable may be. Messages are the rest of a sentence that begins with the
 * variable's name, and repeat no URL: one may hold a password.
 */

/** An absolute http(s) URL without credentials. */
export function httpUrl(): z.ZodType<string, string> {
  return text().superRefine((value, context) => {
    const url = URL.parse(value);
    if (url === null || !/^https?:$/.test(url.protocol)) context.addIssue('is not an absolute http(s) URL');
    else if (url.username !== '' || url.password !== '') context.addIssue('holds a user name or a password');
    else if (url.hash !== '') context.addIssue('holds a fragment (#)');
  });
}

/** The same without a query, as an issuer must be (RFC 8414 §2). */
export function issuerUrl(): z.ZodType<string, string> {
  return httpUrl().refine((value) => !value.includes('?'), 'holds a query (?)');
}

/** A text that was given. */
export function text(): z.ZodString {
  return z.string({ error: 'is not set' });
}

/** A number of seconds, fractions allowed, within both bounds. */
export function seconds(least: number, most: number): z.ZodType<number, string> {
  return text()
    .regex(/^\d+(\.\d+)?$/, 'is not a number of seconds')
    .transform(Number)
    .refine((value) => value >= least && value <= most, 'is out of range');
}

/** A TCP port; 0 for any free one. */
export function port(): z.ZodType<number, string> {
  return text()
    .regex(/^\d{1,5}$/, 'is not a port number')
    .transform(Number)
    .refine((value) => value <= 65_535, 'is not a port number');
}

/** A host name or an IP address, without a port. */
export function hostName(): z.ZodType<string, string> {
  return text().regex(/^(\[?[\da-f:.]+\]?|[\w.-]+)$/i, 'is not a host name or an IP address');
}

export function oneOf<const T extends string>(values: readonly T[]): z.ZodType<T, string> {
  return z.enum(values, { error: 'is none of the values it may have' });
}

/** A PostgreSQL connection URL. */
export function postgresUrl(): z.ZodType<string, string> {
  return text().refine((value) => {
    const protocol = URL.parse(value)?.protocol;
    return protocol === 'postgresql:' || protocol === 'postgres:';
  }, 'is not a PostgreSQL connection URL');
}

/** Serialized origins (RFC 6454 §6.2) with commas between them. Each must be written as browsers send it. */
export function origins(): z.ZodType<readonly string[], string> {
  return text().transform((value, context) => {
    const list = value.split(',').map((origin) => origin.trim());
    for (const origin of list.filter((item) => item !== '')) {
      const problem = problemOfOrigin(origin);
      if (problem !== undefined) context.addIssue(problem);
    }
    return list.filter((origin) => origin !== '');
  });
}

function problemOfOrigin(origin: string): string | undefined {
  const url = URL.parse(origin);
  if (origin.includes('*')) return 'holds a wildcard, and origins are compared exactly';
  if (url === null || !/^https?:$/.test(url.protocol)) return 'holds an entry that is not an http(s) origin';
  if (url.username !== '' || url.password !== '') return 'holds an origin with a user name or a password';
  // A browser sends neither a path nor a default port nor upper case, so such an entry would never match.
  if (url.origin !== origin) return `holds an origin that browsers send as ${url.origin}`;
  return undefined;
}
