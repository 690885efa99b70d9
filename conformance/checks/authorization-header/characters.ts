import { allOf, expectRefused, fail } from '../../finding.ts';
import type { Check } from '../../model.ts';
import { fetchesDuring } from '../fetches.ts';
import { judgeEach, sendControl } from '../probes.ts';
import { authorization } from './edits.ts';
import { acceptsOrRefuses, refuses } from './rows.ts';

/** What a broken client sends in place of a token. */
const LITERALS = ['null', 'undefined', '[object Object]', 'None', 'true'];

/** The middle of a random token that never was a JWT. */
const OPAQUE = ['mF_9.B5f-4.1JqM', 'kP3vQ9sX0cYt7LrWn2EzGm5HbJd8UaFi'];

/** Characters that do not belong into a header or into a token. */
export const characterChecks: readonly Check[] = [
  {
    id: 'auth-literal-null',
    runs: 'alone',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const probes = LITERALS.map((literal) => ({
        label: literal,
        request: authorization(() => `Bearer ${literal}`)(lab.request(primary, {}), ''),
      }));
      const { result, fetches } = await fetchesDuring(lab, () =>
        judgeEach(lab, probes, (exchange) =>
          expectRefused(exchange, { codes: ['invalid_token', 'missing_token'] }),
        ),
      );
      const expected = 'refused without a fetch of the key set';
      return fetches === 0 ? result : allOf([result, fail(expected, `fetches of the key set: ${fetches}`)]);
    },
  },
  {
    id: 'auth-opaque',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const probes = OPAQUE.map((token) => ({
        label: 'opaque token',
        request: lab.request(primary, { token }),
      }));
      return judgeEach(lab, probes, (exchange) => expectRefused(exchange, { codes: ['invalid_token'] }));
    },
  },
  refuses('auth-percent-encoded', {
    '%2E': authorization((token) => `Bearer ${token.replaceAll('.', '%2E')}`),
  }),
  refuses(
    'auth-non-ascii',
    {
      'UTF-8 bytes at the end': authorization((token) => `Bearer ${token}${utf8('é')}`),
      'UTF-8 bytes in the middle': authorization((token) => `Bearer ${token.replace('.', utf8('.é'))}`),
      'a Latin-1 byte': authorization((token) => `Bearer ${token}\u00e9`),
      'a full-width letter': authorization((token) => `Bearer ${utf8('ｅ')}${token.slice(1)}`),
    },
    { status: [400, 401] },
  ),
  refuses(
    'auth-nul-ctl',
    {
      'NUL and junk after the token': authorization((token) => `Bearer ${token}\0junk`),
      'NUL in the token': authorization((token) => `Bearer ${token.replace('.', '.\0')}`),
      'ESC after the token': authorization((token) => `Bearer ${token}\u001b`),
      'DEL after the token': authorization((token) => `Bearer ${token}\u007f`),
    },
    { status: [400, 401], silenceRefuses: true },
  ),
  refuses(
    'auth-space-before-colon',
    {
      'space before the colon': (request, token) => ({
        ...request,
        headers: [...request.headers, ['Authorization ', `Bearer ${token}`]],
        secrets: [...request.secrets, { value: token, label: 'good token' }],
      }),
    },
    { status: [400], silenceRefuses: true },
  ),
  acceptsOrRefuses(
    'auth-obs-fold',
    { 'folded after the scheme': authorization((token) => `Bearer\r\n ${token}`) },
    [400, 401],
  ),
];

/** The UTF-8 bytes of a text, one character each: header values go out as Latin-1. */
function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}
