import { changeClaim, changeClaims, forgery, swapCase, textClaim } from './build.ts';
import type { Forgery } from './forgery.ts';

/** Issuer (RFC 7519 §4.1.1): one string, compared character by character (RFC 7515 §10.13). */
export const issForgeries: readonly Forgery[] = [
  forgery({
    name: 'iss-exact',
    verdict: 'accept',
    defect: 'none: iss is the configured issuer',
    references: ['RFC 9068 §4'],
    make: changeClaims((kit) => ({ '': { iss: textClaim(kit, 'iss') } })),
  }),
  forgery({
    name: 'iss-missing',
    verdict: 'refuse',
    defect: 'no iss',
    references: ['RFC 9068 §2.2'],
    make: changeClaims(() => ({ '': { iss: undefined } })),
  }),
  forgery({
    name: 'iss-wrong',
    verdict: 'refuse',
    defect: 'another issuer, signed by the trusted key',
    references: ['RFC 7519 §4.1.1', 'RFC 8725 §3.8'],
    make: changeClaim('iss', (_, kit) => ({
      'another URL': 'https://other-issuer.invalid',
      'issuer of the attacker': kit.attackerIssuer,
    })),
  }),
  forgery({
    name: 'iss-trailing-slash',
    verdict: 'refuse',
    defect: 'iss with a slash at its end more or less',
    references: ['RFC 7519 §2', 'RFC 9068 §4'],
    make: changeClaim('iss', (iss) => ({
      'one more': `${iss}/`,
      ...(iss.endsWith('/') ? { 'one less': iss.slice(0, -1) } : {}),
    })),
  }),
  forgery({
    name: 'iss-case',
    verdict: 'refuse',
    defect: 'iss in other capitals',
    references: ['RFC 7519 §4.1.1'],
    make: changeClaim('iss', (iss) => ({
      scheme: iss.replace(/^[^:]+/, swapCase),
      host: iss.replace(/(?<=:\/\/)[^/]+/, swapCase),
      path: iss.replace(/(?<=:\/\/[^/]+\/).+/, swapCase),
    })),
  }),
  forgery({
    name: 'iss-prefix-suffix',
    verdict: 'refuse',
    defect: 'iss is part of the issuer, or holds it as a part',
    references: ['RFC 7519 §4.1.1', 'CVE-2024-53861'],
    make: changeClaim('iss', (iss) => ({
      'last character cut': iss.slice(0, -1),
      'first character cut': iss.slice(1),
      'host appended': `${iss}.attacker.invalid`,
      'path appended': `${iss}/x`,
      'in the path of another': `https://attacker.invalid/${iss}`,
      empty: '',
    })),
  }),
  forgery({
    name: 'iss-scheme-port',
    verdict: 'refuse',
    defect: 'iss with another scheme, or with its port written in another way',
    references: ['RFC 3986 §6.2.1'],
    make: changeClaim('iss', (iss) => ({
      'other scheme': iss.startsWith('https:')
        ? iss.replace('https:', 'http:')
        : iss.replace('http:', 'https:'),
      'same port': withPort(iss),
    })),
  }),
  forgery({
    name: 'iss-array',
    verdict: 'refuse',
    defect: 'iss is a list that holds the issuer',
    references: ['RFC 7519 §4.1.1', 'CVE-2025-30144'],
    make: changeClaim('iss', (iss, kit) => ({
      alone: [iss],
      'beside the attacker': [kit.attackerIssuer, iss],
    })),
  }),
  forgery({
    name: 'iss-wrong-type',
    verdict: 'refuse',
    defect: 'iss is not a string',
    references: ['RFC 7519 §4.1.1'],
    make: changeClaim('iss', () => ({ number: 1, null: null, object: {}, boolean: true })),
  }),
  forgery({
    name: 'iss-whitespace-unicode',
    verdict: 'refuse',
    defect: 'iss with an invisible character more, or a look-alike in place of a letter',
    references: ['RFC 7515 §10.13'],
    make: changeClaim('iss', (iss) => ({
      'blank before': ` ${iss}`,
      'blank after': `${iss} `,
      'line end after': `${iss}\n`,
      'zero-width space after': `${iss}\u200b`,
      'null byte after': `${iss}\u0000`,
      // NFKC folds the full-width letter back into the ASCII one; the Cyrillic one only looks like it.
      'full-width letter': iss.replace('h', '\uff48'),
      'Cyrillic letter': iss.replace('p', '\u0440'),
    })),
  }),
  forgery({
    name: 'iss-sibling-realm',
    verdict: 'refuse',
    defect: 'another realm of the same identity provider, signed by the trusted key',
    references: ['RFC 8725 §3.8', 'CVE-2026-49998'],
    make: changeClaim('iss', (iss) => ({ '': new URL('sibling-realm', iss).href })),
  }),
  forgery({
    name: 'iss-ssrf-discovery',
    verdict: 'refuse',
    defect: 'issuer and signer are an attacker with a discovery document and key set of his own',
    references: ['RFC 8725 §3.8', 'RFC 8725 §3.10'],
    make: (kit) => [
      ...changeClaims(() => ({ 'kid of the active key': { iss: kit.attackerIssuer } }), 'attacker')(kit),
      ...changeClaims(
        () => ({ 'kid of the attacker': { iss: kit.attackerIssuer } }),
        'attacker',
      )({ ...kit, header: { ...kit.header, kid: kit.attacker.kid } }),
    ],
  }),
];

/** The same URL after normalisation: the default port said, or a zero before the port there is (RFC 3986 §6.2.3). */
function withPort(iss: string): string {
  const { protocol, hostname, host, port } = new URL(iss);
  const defaultPort = protocol === 'https:' ? '443' : '80';
  return iss.replace(host, `${hostname}:${port === '' ? defaultPort : `0${port}`}`);
}
