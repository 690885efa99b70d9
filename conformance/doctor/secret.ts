import { type Diagnosis, error, ok, unknown } from './diagnosis.ts';
import type { DoctorSettings, Source } from './settings.ts';

const MIN_LENGTH = 32;
const MIN_DISTINCT = 8;
const PLACEHOLDER = /your[-_ ]|change[-_ ]?me|placeholder|example|replace[-_ ]|better-auth-secret/i;
const MAKE_ONE = 'Make one with: openssl rand -base64 32';

/** The secret of the identity provider: long, not guessable, not handed to browsers. Its value is never in a message. */
export function checkSecret({ secret }: DoctorSettings): Diagnosis[] {
  if (secret === undefined) {
    return [
      unknown(
        'secret-not-given',
        'no BETTER_AUTH_SECRET was given',
        'It is a setting of the identity provider, not of the API: run this on that configuration, too.',
      ),
    ];
  }
  const { value, place } = secret;
  const { length } = value;
  if (length < MIN_LENGTH) {
    return [
      error('secret-short', `${place} has ${length} characters; at least ${MIN_LENGTH} are needed`, MAKE_ONE),
    ];
  }
  if (PLACEHOLDER.test(value))
    return [error('secret-placeholder', `${place} looks like a placeholder out of a guide`, MAKE_ONE)];
  if (new Set(value).size < MIN_DISTINCT) {
    return [
      error(
        'secret-guessable',
        `${place} is made of fewer than ${MIN_DISTINCT} different characters`,
        MAKE_ONE,
      ),
    ];
  }
  return [ok('secret', `${place} has ${length} characters`)];
}

/** Next.js writes each NEXT_PUBLIC_ variable into the scripts it sends to browsers; Vite and Expo have prefixes of their own. */
export function checkPublicSecrets(sources: readonly Source[]): Diagnosis[] {
  return sources.flatMap((source) =>
    source.names
      .filter((name) => /^(NEXT_PUBLIC|VITE|EXPO_PUBLIC|REACT_APP)_/.test(name))
      .filter((name) => /SECRET|PASSWORD|PRIVATE_KEY|DATABASE_URL/.test(name))
      .map((name) =>
        error(
          'secret-public',
          `${source.place(name)} is sent to every browser, as its prefix says`,
          'Take the prefix away, read it on the server only, and replace the secret: it may be known.',
        ),
      ),
  );
}
