import type { Check } from '../../model.ts';
import { authorization, type Edit } from './edits.ts';
import { accepts, acceptsOrRefuses, refuses } from './rows.ts';

const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;

/** The encoded form is as secret as the token in it. */
const wrapped: Edit = (request, token) => {
  const value = basic(`x:${token}`);
  const edited = authorization(() => value)(request, token);
  return { ...edited, secrets: [...edited.secrets, { value: value.slice(6), label: 'good token, wrapped' }] };
};

/** What stands around the token in the Authorization header. */
export const schemeChecks: readonly Check[] = [
  accepts('auth-scheme-lower', { 'lower case': authorization((token) => `bearer ${token}`) }),
  accepts('auth-scheme-mixed', {
    BEARER: authorization((token) => `BEARER ${token}`),
    bEaReR: authorization((token) => `bEaReR ${token}`),
  }),
  accepts('auth-name-case', {
    aUtHoRiZaTiOn: (request, token) => ({
      ...request,
      headers: [...request.headers, ['aUtHoRiZaTiOn', `Bearer ${token}`]],
      secrets: [...request.secrets, { value: token, label: 'good token' }],
    }),
  }),
  accepts('auth-trailing-ows', {
    spaces: authorization((token) => `Bearer ${token}   `),
    tab: authorization((token) => `Bearer ${token}\t`),
  }),
  acceptsOrRefuses(
    'auth-two-spaces',
    { 'two spaces': authorization((token) => `Bearer  ${token}`) },
    [400, 401],
  ),
  refuses(
    'auth-tab-separator',
    { tab: authorization((token) => `Bearer\t${token}`) },
    { status: [400, 401] },
  ),
  refuses(
    'auth-scheme-only',
    {
      Bearer: authorization(() => 'Bearer'),
      'Bearer and a space': authorization(() => 'Bearer '),
    },
    { status: 'malformed' },
  ),
  refuses('auth-glued', { glued: authorization((token) => `Bearer${token}`) }, { status: 'malformed' }),
  refuses('auth-colon', { colon: authorization((token) => `Bearer: ${token}`) }, { status: 'malformed' }),
  refuses('auth-raw-token', { 'no scheme': authorization((token) => token) }, { status: 'malformed' }),
  refuses(
    'auth-trailing-word',
    { 'a word after': authorization((token) => `Bearer ${token} x`) },
    { status: 'malformed' },
  ),
  refuses('auth-quoted', { quotes: authorization((token) => `Bearer "${token}"`) }, { status: 'malformed' }),
  refuses(
    'auth-param-form',
    {
      'token=': authorization((token) => `Bearer token="${token}"`),
      'access_token=': authorization((token) => `Bearer access_token=${token}`),
    },
    { status: 'malformed' },
  ),
  refuses(
    'auth-comma-list',
    {
      'good, bad': authorization((token) => `Bearer ${token}, Bearer not-a-token`),
      'bad, good': authorization((token) => `Bearer not-a-token, Bearer ${token}`),
    },
    { status: [400, 401] },
  ),
  refuses(
    'auth-wrong-scheme-valid-jwt',
    {
      Token: authorization((token) => `Token ${token}`),
      JWT: authorization((token) => `JWT ${token}`),
      MAC: authorization((token) => `MAC ${token}`),
    },
    { status: 'malformed', codes: ['missing_token'] },
  ),
  refuses(
    'auth-dpop-scheme',
    { DPoP: authorization((token) => `DPoP ${token}`) },
    { status: 'malformed', codes: ['missing_token', 'invalid_token'] },
  ),
  refuses('auth-basic-wrapped-jwt', { Basic: wrapped }, { status: 'malformed', codes: ['missing_token'] }),
];
