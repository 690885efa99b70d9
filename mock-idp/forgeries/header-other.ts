import { compact } from '../jws.ts';
import { changeHeader, forgery, textClaim } from './build.ts';
import type { Forgery } from './forgery.ts';

/** Header parameters that mean nothing to a verifier of signed access tokens (RFC 7515 §4; RFC 7519 §5.3). */
export const headerForgeries: readonly Forgery[] = [
  forgery({
    name: 'hdr-unknown-ignored',
    verdict: 'accept',
    defect: 'none: the header holds parameters nobody knows, which are not critical',
    references: ['RFC 7515 §4'],
    make: changeHeader(() => ({
      private: { foo: 'bar' },
      object: { 'https://issuer.example/context': { tenant: 7, path: ['a', null, true] } },
    })),
  }),
  forgery({
    name: 'hdr-replicated-claims',
    verdict: 'either',
    defect: 'the header names another subject, issuer or audience than the payload',
    references: ['RFC 7519 §5.3'],
    make: changeHeader((kit) => ({
      sub: { sub: kit.otherSub },
      iss: { iss: kit.attackerIssuer },
      aud: { aud: `other-${textClaim(kit, 'aud')}` },
    })),
  }),
  forgery({
    name: 'hdr-claims-not-authoritative',
    requirement: 'hdr-replicated-claims',
    verdict: 'refuse',
    defect: 'a claim the payload lacks stands in the header',
    references: ['RFC 7519 §5.3'],
    make: (kit) =>
      (['iss', 'aud', 'sub', 'exp'] as const).map((name) => ({
        variant: name,
        token: compact(
          { ...kit.header, [name]: kit.claims[name] },
          { ...kit.claims, [name]: undefined },
          kit.active,
        ),
      })),
  }),
  forgery({
    name: 'zip-on-jws',
    verdict: 'either',
    defect: 'zip, which only a JWE has; the payload is not compressed',
    references: ['RFC 7516 §4.1.3'],
    make: changeHeader(() => ({ '': { zip: 'DEF' } })),
  }),
];
