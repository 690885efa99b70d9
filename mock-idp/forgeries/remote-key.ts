import { attackerDataUrl, changeHeader, forgery, textClaim } from './build.ts';
import type { Changes } from './build.ts';
import type { ForgeKit, Forgery } from './forgery.ts';

/**
 * A URL in the header that leads to a key: `jku`, `x5u` (RFC 7515 §4.1.2, §4.1.5). An attacker signs all of them.
 * Apart from the refusal, the journal of the attacker's issuer must stay empty.
 */
export const remoteKeyForgeries: readonly Forgery[] = [
  forgery({
    name: 'jku-attacker',
    verdict: 'refuse',
    defect: 'signed by an attacker, whose key set is where jku points',
    references: ['RFC 7515 §4.1.2', 'RFC 8725 §3.10'],
    make: changeHeader(
      (kit) => ({
        'kid of the attacker': { jku: kit.attackerJwksUrl, kid: kit.attacker.kid },
        'kid of the active key': { jku: kit.attackerJwksUrl },
        'no kid': { jku: kit.attackerJwksUrl, kid: undefined },
      }),
      'attacker',
    ),
  }),
  forgery({
    name: 'jku-allowlist-tricks',
    verdict: 'refuse',
    defect: 'jku looks like a URL of the issuer and leads to an attacker, who signed',
    references: ['RFC 7515 §4.1.2', 'RFC 8725 §3.10'],
    make: changeHeader((kit) => locations(kit, lookalikes(kit)), 'attacker'),
  }),
  forgery({
    name: 'jku-nonhttp',
    verdict: 'refuse',
    defect: 'jku is not an HTTP URL; an attacker signed',
    references: ['RFC 7515 §4.1.2', 'CVE-2026-48522'],
    make: changeHeader((kit) => {
      const { host, pathname } = new URL(kit.attackerJwksUrl);
      return locations(kit, {
        'the key set itself': attackerDataUrl(kit),
        file: 'file:///etc/passwd',
        gopher: `gopher://${host}/_GET%20${pathname}`,
        FTP: `ftp://${host}${pathname}`,
      });
    }, 'attacker'),
  }),
  forgery({
    name: 'x5u-attacker',
    verdict: 'refuse',
    defect: 'signed by an attacker, whose certificate is where x5u points',
    references: ['RFC 7515 §4.1.5', 'RFC 8725 §3.10'],
    make: changeHeader((kit) => {
      const x5u = `${kit.attackerIssuer}/certificate.pem`;
      return {
        'kid of the attacker': { x5u, kid: kit.attacker.kid },
        'kid of the active key': { x5u },
        'no kid': { x5u, kid: undefined },
      };
    }, 'attacker'),
  }),
];

function locations(kit: ForgeKit, urls: Readonly<Record<string, string>>): Changes {
  return Object.fromEntries(
    Object.entries(urls).map(([variant, jku]) => [variant, { jku, kid: kit.attacker.kid }]),
  );
}

/** URLs that pass a comparison of their beginning, end or middle with the trusted one. */
function lookalikes(kit: ForgeKit): Readonly<Record<string, string>> {
  const issuer = textClaim(kit, 'iss').replace(/\/+$/, '');
  const { protocol, hostname, port, origin, pathname } = new URL(issuer);
  const attacker = new URL(kit.attackerJwksUrl);
  const deep = `${issuer}/.well-known`;
  const depth = pathname.split('/').filter((segment) => segment !== '').length + 1;
  return {
    'user information': `${origin}@${attacker.host}${attacker.pathname}`,
    fragment: `${attacker.href}#${issuer}/.well-known/jwks.json`,
    query: `${attacker.href}?${issuer}/.well-known/jwks.json`,
    backslash: `${origin}\\@${attacker.host}${attacker.pathname}`,
    'dot segments': `${deep}${'/..'.repeat(depth)}${attacker.pathname}`,
    'encoded dot segments': `${deep}${'/%2e%2e'.repeat(depth)}${attacker.pathname}`,
    'open redirect': `${issuer}/redirect?url=${encodeURIComponent(attacker.href)}`,
    subdomain: `${protocol}//${hostname}.attacker.invalid${port === '' ? '' : `:${port}`}${attacker.pathname}`,
  };
}
