import { parameter } from './oauth-error.ts';

/** The words of a scope, or of any parameter that is a list (RFC 6749 §3.3). */
export function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

/** Whether a scope asks for nothing that another does not allow. */
export function isWithin(scope: string, allowed: string): boolean {
  const known = new Set(words(allowed));
  return words(scope).every((word) => known.has(word));
}

/** The API a token is asked for: `resource` (RFC 8707 §2), or `audience` as some providers call it. */
export function audienceOf(parameters: URLSearchParams): string | undefined {
  return parameter(parameters, 'resource') ?? parameter(parameters, 'audience');
}
