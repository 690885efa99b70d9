/**
 * The rules each token breaks, the members in which it differs from a good one, and who signed where it was not the
 * active key; by name, or by `name: variant` where variants differ from each other.
 */
const TABLE: readonly (readonly [rules: string, differences: string, tokens: readonly string[]])[] = [
  // Positive controls: nothing broken, and at most what they are about is different.
  ['', '', ['typ-accepted: JWT', 'nbf-absent', 'iss-exact', 'aud-string', 'sub-normal']],
  ['', '', ['claim-scope-missing']],
  ['', 'header.typ', ['typ-accepted']],
  ['', 'header.foo', ['hdr-unknown-ignored']],
  ['', 'header.https://issuer.example/context', ['hdr-unknown-ignored: object']],
  ['', 'claims.exp', ['exp-future', 'exp-float']],
  ['', 'claims.exp, claims.iat', ['exp-within-leeway']],
  ['', 'claims.nbf', ['nbf-past', 'nbf-within-leeway', 'nbf-equal-now']],
  ['', 'claims.iat', ['iat-absent', 'iat-slight-future']],
  ['', 'claims.aud', ['aud-array-single', 'aud-array-multi']],
  ['', 'claims.name', ['claim-profile-null: name null', 'claim-profile-null: name absent']],
  ['', 'claims.email', ['claim-profile-null: email null', 'claim-profile-null: email absent']],
  ['', 'claims.foo', ['claim-unknown-ignored: private']],
  ['', 'claims.nested', ['claim-unknown-ignored: deep object']],
  ['', 'claims.counter', ['claim-unknown-ignored: large number']],
  ['', 'claims.https://issuer.example/plan', ['claim-unknown-ignored: collision-resistant name']],
  ['', 'claims.email, claims.email_verified', ['claim-email-spoof: email']],
  ['', 'claims.preferred_username', ['claim-email-spoof: preferred_username']],
  ['', 'claims.upn', ['claim-email-spoof: upn']],
  ...['user_id', 'uid', 'id', 'username', 'userId', 'oid'].map(
    (name) => ['', `claims.${name}`, [`claim-id-spoof: ${name}`]] as const,
  ),
  ['', 'claims.user', ['claim-user-spoof: id', 'claim-user-spoof: sub']],
  ['', 'claims.role, claims.roles', ['claim-admin-ignored: role']],
  ['', 'claims.admin, claims.is_admin', ['claim-admin-ignored: flag']],
  ['', 'claims.scope', ['claim-admin-ignored: scope']],
  ['', 'claims.permissions', ['claim-admin-ignored: permissions']],

  // What the standards leave open.
  ['kid', 'header.kid', ['kid-missing-many-keys']],
  ['typ', 'header.typ', ['typ-media-type-forms']],
  ['', 'header.cty', ['cty-jwt']],
  ['', 'header.zip', ['zip-on-jws']],
  ['', 'header.jwk', ['jwk-embedded-benign']],
  ['', 'header.x5t', ['x5t-mismatch: SHA-1']],
  ['', 'header.x5t#S256', ['x5t-mismatch: SHA-256']],
  ['', 'header.b64', ['b64-false-no-crit']],
  ['crit', 'header.b64, header.crit', ['b64-true-crit', 'crit-duplicate']],
  ['', 'header.sub', ['hdr-replicated-claims: sub']],
  ['', 'header.iss', ['hdr-replicated-claims: iss']],
  ['', 'header.aud', ['hdr-replicated-claims: aud']],
  ['', 'claims.exp', ['exp-huge-integer', 'exp-milliseconds']],
  ['', 'claims.exp, claims.iat', ['exp-before-iat']],
  ['', 'claims.iat', ['iat-future', 'iat-ancient']],
  ['aud', 'claims.aud', ['aud-mixed-array']],
  ['', 'claims.azp', ['azp-mismatch']],
  ['', 'claims.jti', ['claim-jti-wrong-type']],
  ['', 'claims.events, claims.sid', ['claim-refresh-logout: logout event']],
  ['', 'claims.token_use', ['claim-refresh-logout: token_use']],
  ['', 'claims.typ', ['claim-refresh-logout: typ claim']],
  ['', 'claims.cnf', ['claim-cnf-bound']],
  ['', 'claims.sub', ['sub-whitespace', 'sub-case', 'sub-unicode-normal-form', 'sub-numeric-lookalike']],
  ['', 'claims.sub', ['sub-long', 'sub-unknown-user', 'sub-path-chars', 'sub-injection', 'sub-nul']],
  ['', 'claims.sub', ['sub-proto']],

  // Expired, and nothing else: what has expired was issued before.
  ['expired', 'claims.exp, claims.iat', ['exp-past', 'exp-just-past', 'exp-equal-now', 'exp-negative-zero']],
  ['expired', 'claims.exp, claims.iat', ['exp-float-past']],

  // One rule broken by one member.
  ['kid', 'header.kid', ['kid-unknown-signed-by-known', 'kid-case', 'kid-wrong-type', 'kid-empty']],
  ['kid', 'header.kid', ['kid-proto', 'kid-crlf-ansi', 'kid-long', 'kid-path-traversal', 'kid-sqli']],
  ['kid', 'header.kid', ['kid-command', 'kid-ldap-nosql']],
  ['typ', 'header.typ', ['typ-other-jwt-kind', 'typ-wrong-type']],
  ['crit', 'header.crit', ['crit-empty', 'crit-not-array', 'crit-missing-member', 'crit-proto']],
  ['crit', 'header.crit', ['crit-registered-name']],
  ['exp', 'claims.exp', ['exp-missing', 'exp-string-number', 'exp-iso-string', 'exp-null', 'exp-bool']],
  ['exp', 'claims.exp', ['exp-array-object', 'exp-infinity-literal']],
  ['nbf', 'claims.nbf', ['nbf-future', 'nbf-wrong-type', 'nbf-after-exp']],
  ['iat', 'claims.iat', ['iat-wrong-type']],
  ['iss', 'claims.iss', ['iss-missing', 'iss-wrong', 'iss-trailing-slash', 'iss-case', 'iss-scheme-port']],
  ['iss', 'claims.iss', ['iss-prefix-suffix', 'iss-array', 'iss-wrong-type', 'iss-whitespace-unicode']],
  ['iss', 'claims.iss', ['iss-sibling-realm']],
  ['aud', 'claims.aud', ['aud-missing', 'aud-wrong', 'aud-empty', 'aud-substring', 'aud-case-slash']],
  ['aud', 'claims.aud', ['aud-delimited', 'aud-wildcard-regex', 'aud-wrong-type']],
  ['sub', 'claims.sub', ['sub-missing', 'sub-empty', 'sub-null', 'sub-number', 'sub-bool-array-object']],

  // One rule broken, which takes more than one member to say.
  ['crit', 'header.crit, header.x-policy', ['crit-unknown']],
  ['crit', 'header.crit, header.exp', ['crit-exp-past']],
  ['crit', 'header.b64, header.crit', ['b64-false-crit-encoded']],
  ['crit, payload', 'header.b64, header.crit', ['b64-false-crit-raw']],
  ['aud', 'claims.aud, claims.azp', ['aud-client-id']],
  ['aud', 'claims.at_hash, claims.aud, claims.auth_time, claims.azp, claims.nonce', ['claim-id-token']],
  ['typ', 'claims.events, claims.sid, header.typ', ['logout-token-typed']],
  ...['iss', 'aud', 'sub', 'exp'].map(
    (name) => [name, `claims.${name}, header.${name}`, [`hdr-claims-not-authoritative: ${name}`]] as const,
  ),

  // A signature by somebody else, and the member that vouches for it.
  ['signature', 'header.kid', ['kid-swapped: signed by the active key']],
  ['signature', 'signed by published', ['kid-swapped: signed by the other published key']],
  ['kid, signature', 'header.kid, signed by unpublished', ['kid-unknown']],
  ['kid, signature', 'header.kid, signed by attacker', ['kid-url']],
  ['alg, kid, signature', 'header.alg, header.kid, signed by nobody', ['kid-sqli: HS256, selected secret']],
  ...['relative', 'absolute', 'Windows'].map(
    (path) =>
      [
        'alg, kid, signature',
        'header.alg, header.kid, signed by nobody',
        [`kid-path-traversal: HS256, empty device, ${path}`],
      ] as const,
  ),
  ['alg, signature', 'header.alg, header.jwk, signed by nobody', ['jwk-embedded-oct']],
  ...(['jwk-embedded-attacker', 'jku-attacker', 'x5u-attacker', 'x5c-attacker'] as const).flatMap((name) => {
    const member = name.slice(0, 3);
    return [
      ['signature', `header.${member}, signed by attacker`, [`${name}: kid of the active key`]] as const,
      [
        'kid, signature',
        `${['header.kid', `header.${member}`].sort().join(', ')}, signed by attacker`,
        [name],
      ] as const,
    ];
  }),
  ['kid, signature', 'header.jku, header.kid, signed by attacker', ['jku-allowlist-tricks', 'jku-nonhttp']],
  ['iss, signature', 'claims.iss, signed by attacker', ['iss-ssrf-discovery: kid of the active key']],
  ['iss, kid, signature', 'claims.iss, header.kid, signed by attacker', ['iss-ssrf-discovery']],
  ['signature', 'signed by unpublished', ['claims-before-signature: good claims']],
  ['expired, signature', 'claims.exp, signed by unpublished', ['claims-before-signature: expired']],
  ['aud, signature', 'claims.aud, signed by unpublished', ['claims-before-signature: other audience']],
  ['iss, signature', 'claims.iss, signed by unpublished', ['claims-before-signature: other issuer']],
  ['nbf, signature', 'claims.nbf, signed by unpublished', ['claims-before-signature: not valid yet']],
  ['signature', 'claims.sub, signed by unpublished', ['claims-forged-reflect: sub']],
  ...['iss', 'aud', 'exp', 'nbf'].map(
    (name) =>
      [
        `${name}, signature`,
        `claims.${name}, signed by unpublished`,
        [`claims-forged-reflect: ${name}`],
      ] as const,
  ),
  [
    'segments',
    'claims unreadable, header.alg, header.enc, header.p2c, header.p2s, signed by nobody',
    ['jwe-p2c-bomb'],
  ],
  ['segments', 'claims unreadable, header.alg, header.enc, header.zip, signed by nobody', ['jwe-zip-bomb']],
];

/** What is expected of a variant of a forgery; `undefined` where nobody wrote it down. */
export function expectedFaults(
  name: string,
  variant: string,
): { readonly rules: string; readonly differences: string } | undefined {
  const row = (token: string): (typeof TABLE)[number] | undefined =>
    TABLE.find(([, , tokens]) => tokens.includes(token));
  const [rules, differences] = row(`${name}: ${variant}`) ?? row(name) ?? [];
  return rules === undefined || differences === undefined ? undefined : { rules, differences };
}
