import { createHmac } from 'node:crypto';
import { encodeSegment } from '../jws.ts';
import { forgery } from './build.ts';
import type { ForgeKit, ForgedVariant, Forgery } from './forgery.ts';
import { derAndOpenSsh, jwkTexts, modulus, mutatedPem, pkcs1Pem, spkiPem } from './public-key-forms.ts';
import type { Forms } from './public-key-forms.ts';

/** HMACs whose secret is the public key, nothing, or easily guessed (RFC 8725 §2.1, §2.2). */
export const algHmacForgeries: readonly Forgery[] = [
  forgery({
    name: 'alg-hs256-spki-pem',
    verdict: 'refuse',
    defect: 'alg is HS256 and the secret the public key as SPKI PEM',
    references: [
      'RFC 8725 §2.1',
      'RFC 8725 §3.1',
      'CVE-2015-9235',
      'CVE-2016-10555',
      'CVE-2023-48238',
      'CVE-2024-54150',
    ],
    make: (kit) => hs256(kit, spkiPem(kit)),
  }),
  forgery({
    name: 'alg-hs256-pkcs1-pem',
    verdict: 'refuse',
    defect: 'alg is HS256 and the secret the public key as PKCS#1 PEM',
    references: ['RFC 8725 §2.1', 'RFC 8725 §3.1', 'CVE-2017-11424', 'CVE-2023-48223'],
    make: (kit) => hs256(kit, pkcs1Pem(kit)),
  }),
  forgery({
    name: 'alg-hs256-mutated-pem',
    verdict: 'refuse',
    defect: 'alg is HS256 and the secret the public key as PEM of an unusual layout',
    references: ['RFC 8725 §2.1', 'RFC 8725 §3.1', 'CVE-2026-34950', 'CVE-2026-102268'],
    make: (kit) => hs256(kit, mutatedPem(kit)),
  }),
  forgery({
    name: 'alg-hs256-der',
    verdict: 'refuse',
    defect: 'alg is HS256 and the secret the public key as DER or as a line of OpenSSH',
    references: [
      'RFC 8725 §2.1',
      'RFC 8725 §3.1',
      'CVE-2022-29217',
      'CVE-2024-33663',
      'CVE-2026-85394',
      'CVE-2026-102271',
    ],
    make: (kit) => hs256(kit, derAndOpenSsh(kit)),
  }),
  forgery({
    name: 'alg-hs256-jwk-json',
    verdict: 'refuse',
    defect: 'alg is HS256 and the secret the text of the JWK or the key set',
    references: ['RFC 8725 §2.1', 'RFC 8725 §3.1', 'CVE-2026-48526', 'CVE-2026-102272', 'CVE-2026-102273'],
    make: (kit) => hs256(kit, jwkTexts(kit)),
  }),
  forgery({
    name: 'alg-hs256-modulus',
    verdict: 'refuse',
    defect: 'alg is HS256 and the secret the modulus of the public key',
    references: ['RFC 8725 §2.1', 'RFC 8725 §3.1'],
    make: (kit) => hs256(kit, modulus(kit)),
  }),
  forgery({
    name: 'alg-hs256-empty',
    verdict: 'refuse',
    defect: 'alg is HS256 and the secret empty',
    references: ['RFC 7518 §3.2', 'RFC 8725 §3.1', 'CVE-2026-44351', 'CVE-2026-44699', 'CVE-2026-45363'],
    make: (kit) => [
      ...hs256(kit, { 'known kid': '' }),
      ...hs256({ ...kit, header: { ...kit.header, kid: 'no-such-key' } }, { 'unknown kid': '' }),
    ],
  }),
  forgery({
    name: 'alg-hs256-common-secrets',
    verdict: 'refuse',
    defect: 'alg is HS256 and the secret one that anybody would try',
    references: ['RFC 7518 §3.2', 'RFC 8725 §2.2', 'RFC 8725 §3.1'],
    make: (kit) => hs256(kit, { ...guesses, ...facts(kit) }),
  }),
  forgery({
    name: 'alg-hs384-hs512',
    verdict: 'refuse',
    defect: 'alg is HS384 or HS512 and the secret a form of the public key, or empty',
    references: ['RFC 8725 §2.1', 'RFC 8725 §3.1'],
    make: (kit) => {
      const secrets = {
        ...labelled('SPKI PEM', spkiPem(kit)),
        ...labelled('PKCS#1 PEM', pkcs1Pem(kit)),
        ...labelled('DER and OpenSSH', derAndOpenSsh(kit)),
        ...labelled('JWK', jwkTexts(kit)),
        ...labelled('modulus', modulus(kit)),
        empty: '',
      };
      return [...authenticated('HS384', kit, secrets), ...authenticated('HS512', kit, secrets)];
    },
  }),
];

/** Samples of tutorials, defaults of frameworks and of development setups; the first that a dictionary holds. */
const guesses: Forms = Object.fromEntries(
  [
    'secret',
    'changeme',
    'password',
    'test',
    'dev',
    'key',
    'jwt',
    'admin',
    '123456',
    'jwtsecret',
    'jwt_secret',
    'secretkey',
    'secret_key',
    'supersecret',
    'your_jwt_secret',
    'your-secret-key',
    // The sample secrets of jwt.io, before and after 2025.
    'your-256-bit-secret',
    'a-string-secret-at-least-256-bits-long',
    // What Better Auth uses where no secret is set.
    'better-auth-secret-12345678901234567890',
  ].map((secret) => [secret, secret]),
);

/** What an attacker reads in any token. */
function facts({ header, claims }: ForgeKit): Forms {
  const texts = { 'the kid': header['kid'], 'the issuer': claims['iss'], 'the audience': claims['aud'] };
  return Object.fromEntries(
    Object.entries(texts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function labelled(label: string, forms: Forms): Forms {
  return Object.fromEntries(Object.entries(forms).map(([form, secret]) => [`${label}, ${form}`, secret]));
}

function hs256(kit: ForgeKit, secrets: Forms): readonly ForgedVariant[] {
  return tokens('HS256', kit, secrets);
}

function authenticated(alg: 'HS384' | 'HS512', kit: ForgeKit, secrets: Forms): readonly ForgedVariant[] {
  return tokens(alg, kit, labelled(alg, secrets));
}

/** Tokens with a good HMAC (RFC 7518 §3.2), one per secret. */
function tokens(alg: 'HS256' | 'HS384' | 'HS512', kit: ForgeKit, secrets: Forms): readonly ForgedVariant[] {
  const input = `${encodeSegment({ ...kit.header, alg })}.${encodeSegment(kit.claims)}`;
  return Object.entries(secrets).map(([variant, secret]) => ({
    variant,
    token: `${input}.${createHmac(alg.replace('HS', 'sha'), secret).update(input).digest('base64url')}`,
  }));
}
