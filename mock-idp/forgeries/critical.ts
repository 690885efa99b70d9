import { encodeSegment, signInput } from '../jws.ts';
import { changeHeader, forgery } from './build.ts';
import type { Forgery } from './forgery.ts';

/** Extensions that must be understood: `crit` (RFC 7515 §4.1.11), and `b64` (RFC 7797), the one everybody knows. */
export const criticalForgeries: readonly Forgery[] = [
  forgery({
    name: 'crit-unknown',
    verdict: 'refuse',
    defect: 'crit names an extension nobody knows, which is present',
    references: ['RFC 7515 §4.1.11', 'CVE-2025-59420', 'CVE-2026-32597', 'CVE-2026-35042'],
    make: changeHeader(() => ({ '': { crit: ['x-policy'], 'x-policy': 'strict' } })),
  }),
  forgery({
    name: 'crit-empty',
    verdict: 'refuse',
    defect: 'crit is an empty list',
    references: ['RFC 7515 §4.1.11'],
    make: changeHeader(() => ({ '': { crit: [] } })),
  }),
  forgery({
    name: 'crit-not-array',
    verdict: 'refuse',
    defect: 'crit is not a list of strings',
    references: ['RFC 7515 §4.1.11'],
    make: changeHeader(() => ({
      string: { crit: 'exp' },
      object: { crit: {} },
      null: { crit: null },
      'list of a number': { crit: [1] },
    })),
  }),
  forgery({
    name: 'crit-missing-member',
    verdict: 'refuse',
    defect: 'crit names exp, and the header has no exp',
    references: ['RFC 7515 §4.1.11'],
    make: changeHeader(() => ({ '': { crit: ['exp'] } })),
  }),
  forgery({
    name: 'crit-exp-past',
    verdict: 'refuse',
    defect: 'crit names exp, and the exp in the header has passed',
    references: ['RFC 7515 §4.1.11'],
    make: changeHeader((kit) => ({ '': { crit: ['exp'], exp: kit.now - 3_600 } })),
  }),
  forgery({
    name: 'crit-registered-name',
    verdict: 'refuse',
    defect: 'crit names a parameter that RFC 7515 defines',
    references: ['RFC 7515 §4.1.11'],
    make: changeHeader(() => ({ alg: { crit: ['alg'] }, kid: { crit: ['kid'] } })),
  }),
  forgery({
    name: 'crit-duplicate',
    verdict: 'either',
    defect: 'crit names b64 twice',
    references: ['RFC 7515 §4.1.11'],
    make: changeHeader(() => ({ '': { crit: ['b64', 'b64'], b64: true } })),
  }),
  forgery({
    name: 'crit-proto',
    verdict: 'refuse',
    defect: 'crit names a property that every JavaScript object has',
    references: ['RFC 7515 §4.1.11', 'CWE-1321'],
    make: changeHeader(() => ({
      'the prototype': { crit: ['__proto__'] },
      'the constructor': { crit: ['constructor'] },
      'a method': { crit: ['toString'] },
    })),
  }),
  forgery({
    name: 'b64-false-crit-encoded',
    verdict: 'refuse',
    defect: 'b64 is false and critical, though the payload is base64url',
    references: ['RFC 7797 §7'],
    make: changeHeader(() => ({ '': { b64: false, crit: ['b64'] } })),
  }),
  forgery({
    name: 'b64-false-crit-raw',
    verdict: 'refuse',
    defect: 'b64 is false and critical, and the payload is bare JSON',
    references: ['RFC 7797 §5.2', 'RFC 7797 §7'],
    make: (kit) => {
      const header = encodeSegment({ ...kit.header, b64: false, crit: ['b64'] });
      const input = `${header}.${withoutDots(JSON.stringify(kit.claims))}`;
      return [{ variant: '', token: `${input}.${signInput(input, kit.active)}` }];
    },
  }),
  forgery({
    name: 'b64-false-no-crit',
    verdict: 'either',
    defect: 'b64 is false and not critical; payload and signature are the usual ones',
    references: ['RFC 7797 §6'],
    make: changeHeader(() => ({ '': { b64: false } })),
  }),
  forgery({
    name: 'b64-true-crit',
    verdict: 'either',
    defect: 'b64 is true and critical, which changes nothing',
    references: ['RFC 7797 §6'],
    make: changeHeader(() => ({ '': { b64: true, crit: ['b64'] } })),
  }),
];

/** The same JSON, escaped so that a bare payload makes neither a fourth segment nor a second word (RFC 7797 §5.2). */
function withoutDots(json: string): string {
  return json.replaceAll('.', '\\u002e').replaceAll(' ', '\\u0020');
}
