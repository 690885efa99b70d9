import { attackerDataUrl, changeHeader, compactHs256, forgery } from './build.ts';
import type { Make } from './build.ts';
import type { ForgeKit, ForgedVariant, Forgery } from './forgery.ts';

/*
 * `kid` as input to a file system, a database, a shell, a directory or a URL opener (RFC 8725 §3.10). An RS256-only
 * verifier never gets as far as a secret, so each has variants with a good RS256 signature whose kid leads a careless
 * look-up to the right key: they are accepted where kid is interpreted and refused where it is only compared.
 */
export const kidInjectionForgeries: readonly Forgery[] = [
  forgery({
    name: 'kid-path-traversal',
    verdict: 'refuse',
    defect: 'kid is a path to an empty file, or to the key by way of dot segments',
    references: ['RFC 8725 §3.10'],
    make: (kit) => [
      ...withSecret(kit, '', {
        'HS256, empty device, relative': '../../../../../../dev/null',
        'HS256, empty device, absolute': '/dev/null',
        'HS256, empty device, Windows': 'nul',
      }),
      ...withKid((kid) => ({
        'RS256, empty device': '../../../../../../dev/null',
        'RS256, same folder': `./${kid}`,
        'RS256, there and back': `x/../${kid}`,
        'RS256, null byte': `${kid}\u0000.pem`,
      }))(kit),
    ],
  }),
  forgery({
    name: 'kid-sqli',
    verdict: 'refuse',
    defect: 'kid is a fragment of SQL that selects a key',
    references: ['RFC 8725 §3.10'],
    make: (kit) => [
      ...withSecret(kit, '1', { 'HS256, selected secret': "x' UNION SELECT '1';--" }),
      ...withKid((kid) => ({
        'RS256, always true': "x' OR '1'='1",
        'RS256, comment': `${kid}' --`,
      }))(kit),
    ],
  }),
  forgery({
    name: 'kid-command',
    verdict: 'refuse',
    defect: 'kid is a shell command that sleeps for ten seconds',
    references: ['RFC 8725 §3.10'],
    make: withKid((kid) => ({
      pipe: `${kid}|sleep 10`,
      separator: `${kid};sleep 10;`,
      substitution: `${kid}$(sleep 10)`,
      backticks: `${kid}\`sleep 10\``,
    })),
  }),
  forgery({
    name: 'kid-ldap-nosql',
    verdict: 'refuse',
    defect: 'kid is a filter that matches any key',
    references: ['RFC 8725 §3.10'],
    make: withKid(() => ({
      'LDAP filter': '*)(uid=*',
      wildcard: '*',
      'query operator as text': '{"$gt":""}',
    })),
  }),
  forgery({
    name: 'kid-url',
    verdict: 'refuse',
    defect: 'kid is a URL; an attacker signed',
    references: ['RFC 8725 §3.10'],
    make: changeHeader(
      (kit) => ({
        'key set of the attacker': { kid: kit.attackerJwksUrl },
        'key set in the URL': { kid: attackerDataUrl(kit) },
        file: { kid: 'file:///etc/passwd' },
      }),
      'attacker',
    ),
  }),
];

/** Tokens with a good signature under each kid. */
function withKid(kids: (kid: string) => Readonly<Record<string, string>>): Make {
  return changeHeader((kit) =>
    Object.fromEntries(Object.entries(kids(kit.active.kid)).map(([variant, kid]) => [variant, { kid }])),
  );
}

/** Tokens under each kid, keyed with what that kid would lead to. */
function withSecret(
  kit: ForgeKit,
  secret: string,
  kids: Readonly<Record<string, string>>,
): readonly ForgedVariant[] {
  return Object.entries(kids).map(([variant, kid]) => ({
    variant,
    token: compactHs256({ ...kit.header, alg: 'HS256', kid }, kit.claims, secret),
  }));
}
