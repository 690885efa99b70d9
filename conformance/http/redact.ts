import type { RequestSpec } from '../model.ts';

type Secrets = RequestSpec['secrets'];

/** Shorter values are words such as `null`, and replacing them would garble what the report shows. */
const SHORTEST_SECRET = 12;
const JWT = /eyJ[\w-]{10,}\.[\w-]{4,}\.[\w-]*/g;

interface Part {
  readonly value: string;
  readonly mark: string;
  readonly name: string;
}

/** A secret and, where it is a token, each of its segments; longest first, so that a whole token gets one mark. */
function partsOf(secrets: Secrets): readonly Part[] {
  return secrets
    .flatMap(({ value, label }) => {
      const segments = value.split('.');
      const names = segments.length === 3 ? ['header', 'payload', 'signature'] : [];
      return [
        { value, mark: `[${label}]`, name: 'token' },
        ...names.map((name, at) => ({ value: segments[at] ?? '', mark: `[${name} of ${label}]`, name })),
      ];
    })
    .filter(({ value }) => value.length >= SHORTEST_SECRET)
    .sort((a, b) => b.value.length - a.value.length);
}

/** The text with every secret, every segment of one and anything that looks like a JWT replaced by its label. */
export function redact(text: string, secrets: Secrets = []): string {
  return partsOf(secrets)
    .reduce((redacted, { value, mark }) => redacted.replaceAll(value, mark), text)
    .replace(JWT, '[a token]');
}

/** Which parts of the sent secrets a text holds: `token`, `header`, `payload`, `signature`. */
export function echoes(text: string, secrets: Secrets): readonly string[] {
  return [...new Set(partsOf(secrets).flatMap(({ value, name }) => (text.includes(value) ? [name] : [])))];
}
