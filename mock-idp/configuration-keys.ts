import { MockIdpError } from './errors.ts';
import type { JsonObject } from './forgeries/forgery.ts';
import { isJsonObject } from './json.ts';

/**
 * The keys of a JWK or a JWK Set (RFC 7517 §5).
 * @param name of what holds them, for error messages
 * @throws MockIdpError `invalid_request`, which says nothing of what a key holds
 */
export function jwksIn(name: string, text: string): readonly JsonObject[] {
  const value = parsed(text);
  const keys = isJsonObject(value) && Array.isArray(value['keys']) ? (value['keys'] as unknown[]) : [value];
  if (keys.length > 0 && keys.every(isJsonObject)) return keys;
  throw new MockIdpError(
    'invalid_request',
    `Cannot read the keys in ${name}: expected a private JWK, or a set of them like {"keys":[…]}`,
  );
}

/** Nothing where it is no JSON: the message of the parser quotes the text, which is a secret. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
