import { compact } from '../jws.ts';
import { changeClaims, forgery } from './build.ts';
import type { Forgery } from './forgery.ts';

/** What no answer to a forged token may hold: it stands in the claims of some, and nowhere else. */
export const CANARY = 'gateproof-canary-4f1d9c';

/** Tokens signed by nobody who may, with a second fault that must stay without effect (RFC 7519 §7.2). */
export const unauthenticForgeries: readonly Forgery[] = [
  forgery({
    name: 'claims-before-signature',
    verdict: 'refuse',
    defect:
      'signed by a key that was never published under the kid of the active one; the claims are bad as well',
    references: ['RFC 7519 §7.2'],
    make: changeClaims(
      (kit) => ({
        'good claims': {},
        expired: { exp: kit.now - 3_600 },
        'other audience': { aud: 'other-api' },
        'other issuer': { iss: 'https://other-issuer.invalid' },
        'not valid yet': { nbf: kit.now + 3_600 },
      }),
      'unpublished',
    ),
  }),
  forgery({
    name: 'claims-forged-reflect',
    verdict: 'refuse',
    defect: `signed by a key that was never published under the kid of the active one; a claim holds ${CANARY}`,
    references: ['RFC 7519 §7.2'],
    make: (kit) => [
      ...['iss', 'sub', 'aud', 'exp', 'nbf'].map((name) => ({
        variant: name,
        token: compact(kit.header, { ...kit.claims, [name]: CANARY }, kit.unpublished),
      })),
    ],
  }),
];
