import { compact, encodeSegment } from '../jws.ts';
import { changeHeader, forgery } from './build.ts';
import type { ForgeKit, Forgery, JsonObject } from './forgery.ts';
import { jsonText, variants } from './parts.ts';

/** Unsecured JWTs, and what comes close to one (RFC 7519 §6, RFC 8725 §3.2). */
export const algNoneForgeries: readonly Forgery[] = [
  forgery({
    name: 'alg-none',
    verdict: 'refuse',
    defect: 'alg is none and the signature empty',
    references: ['RFC 7518 §3.6', 'RFC 8725 §3.2', 'RFC 9068 §4'],
    make: ({ header, claims }) =>
      variants({
        'with kid': unsigned({ ...header, alg: 'none' }, claims),
        'alg alone': unsigned({ alg: 'none' }, claims),
      }),
  }),
  forgery({
    name: 'alg-none-case',
    verdict: 'refuse',
    defect: 'alg is none in other capitals and the signature empty',
    references: ['RFC 7515 §4.1.1', 'RFC 8725 §3.1'],
    make: ({ header, claims }) =>
      ['None', 'NONE', 'nOnE', 'noNE'].map((alg) => ({
        variant: alg,
        token: unsigned({ ...header, alg }, claims),
      })),
  }),
  forgery({
    name: 'alg-none-with-sig',
    verdict: 'refuse',
    defect: 'alg is none, beside an RS256 signature',
    references: ['RFC 7518 §3.6', 'RFC 7519 §6.1', 'RFC 8725 §3.2'],
    make: (kit) => {
      const none = { ...kit.header, alg: 'none' };
      const [, , ofGoodToken = ''] = compact(kit.header, kit.claims, kit.active).split('.');
      return variants({
        'over this token': compact(none, kit.claims, kit.active),
        'left over from the good token': unsigned(none, kit.claims) + ofGoodToken,
      });
    },
  }),
  forgery({
    name: 'alg-none-variants',
    verdict: 'refuse',
    defect: 'alg is none behind a blank, a null character or an escape, and the signature empty',
    references: ['RFC 7515 §10.13', 'RFC 8725 §3.1'],
    make: ({ header, claims }) =>
      variants({
        'blank after it': unsigned({ ...header, alg: 'none ' }, claims),
        'blank before it': unsigned({ ...header, alg: ' none' }, claims),
        'null character after it': unsigned({ ...header, alg: 'none\u0000' }, claims),
        escaped: unsigned(jsonText({ ...header, alg: undefined }, String.raw`"alg":"\u006eone"`), claims),
      }),
  }),
  forgery({
    name: 'alg-missing',
    verdict: 'refuse',
    defect: 'no alg',
    references: ['RFC 7515 §4.1.1', 'RFC 7515 §5.2'],
    make: (kit) => signedAndUnsigned(kit, { alg: undefined }),
  }),
  forgery({
    name: 'alg-empty',
    verdict: 'refuse',
    defect: 'alg is the empty string',
    references: ['RFC 7515 §4.1.1'],
    make: (kit) => signedAndUnsigned(kit, { alg: '' }),
  }),
  forgery({
    name: 'alg-wrong-type',
    verdict: 'refuse',
    defect: 'alg is not a string; the signature is a good RS256 one',
    references: ['RFC 7515 §4.1.1'],
    make: changeHeader(() => ({
      null: { alg: null },
      number: { alg: 0 },
      boolean: { alg: true },
      'empty list': { alg: [] },
      'list of RS256': { alg: ['RS256'] },
      object: { alg: {} },
    })),
  }),
];

/** What a default of RS256 would accept, and what a default of none would. */
function signedAndUnsigned(kit: ForgeKit, members: JsonObject): ReturnType<Forgery['make']> {
  const header = { ...kit.header, ...members };
  return variants({
    signed: compact(header, kit.claims, kit.active),
    unsigned: unsigned(header, kit.claims),
  });
}

function unsigned(header: JsonObject | string, claims: JsonObject): string {
  return `${encodeSegment(header)}.${encodeSegment(claims)}.`;
}
