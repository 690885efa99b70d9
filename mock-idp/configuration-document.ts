import { z } from 'zod';
import { MockIdpError } from './errors.ts';
import { isJsonObject } from './json.ts';
import { type MockIdpOptions, mockIdpOptions } from './options.ts';
import { validate } from './validate.ts';

/** Members that users of navikt/mock-oauth2-server know, but that mean nothing here; and what to do instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  httpServer: 'the server speaks plain HTTP; end TLS in front of it and set "publicUrl"',
  loginPagePath: 'the page to sign in cannot be replaced; "interactiveLogin": false does without it',
  staticAssetsPath: 'no files are served',
  tokenCallbacks:
    'ask for claims where a token is made: POST /_mock/mint, or "preset" for the shape of a provider',
};

const tokenProvider = z.strictObject({ systemTime: z.string() });

/**
 * The options in a configuration document.
 * @param name of the document, for error messages
 * @throws MockIdpError `invalid_request`
 */
export function documentOptions(name: string, text: string): MockIdpOptions {
  const what = `Cannot read the configuration ${name}`;
  const document = parsed(text, what);
  if (!isJsonObject(document)) throw new MockIdpError('invalid_request', `${what}: expected a JSON object`);
  for (const [member, advice] of Object.entries(ELSEWHERE)) {
    if (!Object.hasOwn(document, member)) continue;
    throw new MockIdpError('invalid_request', `${what}: "${member}" is not known here: ${advice}`);
  }
  // As in navikt/mock-oauth2-server.
  const { tokenProvider: provider, ...ours } = document;
  const options = validate(mockIdpOptions, ours, what);
  if (provider === undefined) return options;
  if (isJsonObject(provider) && Object.hasOwn(provider, 'keyProvider')) {
    const advice = 'give private JWKs as "signingKeys" or with --jwk';
    throw new MockIdpError('invalid_request', `${what}: "keyProvider" is not known here: ${advice}`);
  }
  const { systemTime } = validate(tokenProvider, provider, `${what}: tokenProvider`);
  return { clock: { kind: 'freeze', at: systemTime }, ...options };
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The message of the parser quotes the text, which may hold a password.
    throw new MockIdpError('invalid_request', `${what}: it is no JSON${placeOf(cause)}`, { cause });
  }
}

function placeOf(cause: unknown): string {
  const place =
    cause instanceof SyntaxError ? /\(line \d+ column \d+\)/u.exec(cause.message)?.[0] : undefined;
  return place === undefined ? '' : ` ${place}`;
}
