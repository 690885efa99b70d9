import type { RequestSpec } from '../model.ts';

type Secrets = RequestSpec['secrets'];

/** Shorter values are words such as `null`, and replacing them would garble what the report shows. */
const SHORTEST_SECRET = 12;
const JWT = /eyJ[\w-]{10,}\.[\w-]{4,}\.[\w-]*/g;
const SEGMENTS = ['header', 'payload', 'signature'] as const;

interface Part {
  readonly value: string;
  readonly mark: string;
  readonly name: string;
}

export interface Redactor {
  /** The text with every secret, every segment of one and anything that looks like a JWT replaced by its label. */
  readonly redact: (text: string) => string;
  /** Which parts of the secrets a text holds: `token`, `header`, `payload`, `signature`. */
  readonly echoes: (text: string) => readonly string[];
}

/** Knows the secrets of one request, so that neither it nor its answer is shown with them. */
export function createRedactor(secrets: Secrets): Redactor {
  const parts = partsOf(secrets);
  return {
    redact: (text) =>
      parts
        .reduce((redacted, { value, mark }) => redacted.replaceAll(value, mark), text)
        .replace(JWT, '[a token]'),
    echoes: (text) => [...new Set(parts.filter(({ value }) => text.includes(value)).map(({ name }) => name))],
  };
}

const noSecrets = createRedactor([]);

/** A text without anything that looks like a JWT. */
export function redact(text: string): string {
  return noSecrets.redact(text);
}

/** A secret and, where it is a token, each of its segments; longest first, so that a whole token gets one mark. */
function partsOf(secrets: Secrets): readonly Part[] {
  return secrets
    .flatMap(({ value, label }): readonly Part[] => {
      const whole = { value, mark: `[${label}]`, name: 'token' };
      // A limit, since a check may send ten thousand dots.
      const segments = value.split('.', 4);
      if (segments.length !== SEGMENTS.length) return [whole];
      const named = SEGMENTS.map((name, at) => ({
        value: segments[at] ?? '',
        mark: `[${name} of ${label}]`,
        name,
      }));
      return [whole, ...named];
    })
    .filter(({ value }) => value.length >= SHORTEST_SECRET)
    .sort((a, b) => b.value.length - a.value.length);
}
