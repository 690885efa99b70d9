type JsonObject = Readonly<Record<string, unknown>>;

/** The header of a token; `undefined` where it is no JSON object. */
export function headerOf(token: string): JsonObject | undefined {
  return objectIn(token.split('.')[0]);
}

/** The payload of a token; of repeated members the last, as RFC 7519 §4 has it. `undefined` where it is no JSON object. */
export function claimsOf(token: string): JsonObject | undefined {
  return objectIn(token.split('.')[1]);
}

/** The `sub` of a token; `undefined` where it is no text. */
export function subjectOf(token: string): string | undefined {
  const sub = claimsOf(token)?.['sub'];
  return typeof sub === 'string' ? sub : undefined;
}

function objectIn(segment = ''): JsonObject | undefined {
  const text = Buffer.from(segment, 'base64url').toString('utf8');
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
