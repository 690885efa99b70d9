import { type Diagnosis, error, ok, unknown, warning } from './diagnosis.ts';
import { type ExplainOptions, explainToken } from './explain-token.ts';

/** What an identity provider has to change where the contract refuses its tokens for this. */
const REMEDIES: Readonly<Record<string, string>> = {
  form: 'Hand over a signed JWT in its compact form, as clients send it after "Bearer".',
  header: 'Make the first segment a JSON object in base64url.',
  alg: 'Sign access tokens with RS256.',
  typ: 'Leave typ away, or make it JWT or at+jwt; an ID token or a logout token is no access token.',
  crit: 'Leave crit away.',
  signature: 'Sign with a key of the key set, and name it by its kid.',
  claims: 'Make the second segment a JSON object in base64url.',
  iss: 'Put the issuer into iss, the same to the last character wherever it stands.',
  aud: 'Put the audience of the API into aud: many providers do so only where a client asks for it.',
  sub: 'Put the id of the user into sub, as a string.',
  exp: 'Take a fresh token, and give tokens an exp in seconds since 1970.',
  nbf: 'Keep clocks in step, and give nbf in seconds since 1970.',
  iat: 'Keep clocks in step, and give iat in seconds since 1970.',
};

const NOT_GIVEN = 'Say what is expected, as in --audience https://api.example.org.';
const NO_KEY = 'Mend the key set first; the signature was not checked.';

/** Each rule of the contract that one real token keeps or breaks. */
export function judgeToken(token: string, options: ExplainOptions): Diagnosis[] {
  return explainToken(token, options).steps.map(({ name, outcome, detail, remedy }) => {
    const id = `token-${name}`;
    // Whose token it is matters to nobody here.
    if (outcome === 'pass')
      return ok(id, `${name}: ${name === 'sub' ? 'a string that names a user' : detail}`);
    const cause = `${name}: ${detail}`;
    if (outcome === 'fail') return error(id, cause, REMEDIES[name] ?? '');
    if (remedy !== undefined) return warning(id, cause, remedy);
    return unknown(id, cause, name === 'aud' ? NOT_GIVEN : NO_KEY);
  });
}
