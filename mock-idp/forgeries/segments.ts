import { createHash } from 'node:crypto';
import { forgery } from './build.ts';
import type { Forgery } from './forgery.ts';
import { goodParts, goodToken, seal, variants } from './parts.ts';

/** How many segments there are, and which are empty (RFC 7515 §7.1). */
export const segmentForgeries: readonly Forgery[] = [
  forgery({
    name: 'jws-one-segment',
    verdict: 'refuse',
    defect: 'the header alone',
    references: ['RFC 7519 §7.2', 'RFC 7515 §7.1'],
    make: (kit) => variants({ '': goodParts(kit).header }),
  }),
  forgery({
    name: 'jws-two-segments',
    verdict: 'refuse',
    defect: 'no signature segment',
    references: ['RFC 7515 §5.2', 'RFC 7515 §7.1'],
    make: (kit) => {
      const { header, payload } = goodParts(kit);
      return variants({ '': `${header}.${payload}` });
    },
  }),
  forgery({
    name: 'jws-four-segments',
    verdict: 'refuse',
    defect: 'a good token with a fourth segment',
    references: ['RFC 7515 §5.2', 'RFC 7515 §7.1'],
    make: (kit) => variants({ '': `${goodToken(kit)}.${goodParts(kit).payload}` }),
  }),
  forgery({
    name: 'jws-five-segments',
    verdict: 'refuse',
    defect: 'five segments, the count of an encrypted token',
    references: ['RFC 7516 §9', 'RFC 8725 §3.1'],
    make: (kit) => {
      const { payload, signature } = goodParts(kit);
      return variants({
        'opaque segments': [1, 2, 3, 4, 5].map((place) => opaque(`${kit.now}.${place}`)).join('.'),
        'a good token with two more': `${goodToken(kit)}.${payload}.${signature}`,
      });
    },
  }),
  forgery({
    name: 'jws-trailing-dot',
    verdict: 'refuse',
    defect: 'a good token with a dot after it',
    references: ['RFC 7515 §5.2', 'RFC 7515 §7.1'],
    make: (kit) => variants({ '': `${goodToken(kit)}.` }),
  }),
  forgery({
    name: 'jws-leading-dot',
    verdict: 'refuse',
    defect: 'a good token with a dot before it',
    references: ['RFC 7515 §7.1'],
    make: (kit) => variants({ '': `.${goodToken(kit)}` }),
  }),
  forgery({
    name: 'jws-empty-header',
    verdict: 'refuse',
    defect: 'the header segment is empty; signed as it is',
    references: ['RFC 7515 §5.2', 'RFC 7515 §4.1.1'],
    make: (kit) => variants({ '': seal('', goodParts(kit).payload, kit.active) }),
  }),
  forgery({
    name: 'jws-empty-payload',
    verdict: 'refuse',
    defect: 'the payload segment is empty',
    references: ['RFC 7515 Appendix F', 'RFC 7519 §7.2'],
    make: (kit) => {
      const { header, signature } = goodParts(kit);
      return variants({
        'signed as it is': seal(header, '', kit.active),
        'taken out after signing': `${header}..${signature}`,
      });
    },
  }),
  forgery({
    name: 'jws-empty-signature',
    verdict: 'refuse',
    defect: 'the signature segment is empty while alg is RS256',
    references: ['RFC 7515 §5.2', 'CVE-2020-28042'],
    make: (kit) => {
      const { header, payload } = goodParts(kit);
      return variants({ '': `${header}.${payload}.` });
    },
  }),
  forgery({
    name: 'jws-only-dots',
    verdict: 'refuse',
    defect: 'dots and nothing else',
    references: ['RFC 7515 §5.2', 'RFC 7515 §7.1'],
    make: () => variants({ 'one dot': '.', 'two dots': '..', 'three dots': '...' }),
  }),
];

/** Well-formed base64url that means nothing, the same on every run. */
function opaque(seed: string): string {
  return createHash('sha256').update(seed).digest('base64url');
}
