import { DEMO_USERS } from '../users.ts';
import { changeClaims, forgery } from './build.ts';
import type { ForgeKit, Forgery, JsonObject } from './forgery.ts';

/** Claims beside the registered five: whatever they say, they neither name the caller nor break anything. */
export const otherClaimForgeries: readonly Forgery[] = [
  forgery({
    name: 'claim-unknown-ignored',
    verdict: 'accept',
    defect: 'none: has claims nobody knows',
    references: ['RFC 7519 §4'],
    make: changeClaims(() => ({
      private: { foo: 'bar' },
      'collision-resistant name': { 'https://issuer.example/plan': { tier: 3, tags: ['a', null, true] } },
      'deep object': { nested: nested(50) },
      'large number': { counter: Number.MAX_SAFE_INTEGER },
    })),
  }),
  forgery({
    name: 'claim-profile-null',
    requirement: 'claim-unknown-ignored',
    verdict: 'accept',
    defect: 'none: name or email is null or absent',
    references: ['RFC 7519 §4'],
    make: changeClaims(() => ({
      'name null': { name: null },
      'name absent': { name: undefined },
      'email null': { email: null },
      'email absent': { email: undefined },
    })),
  }),
  forgery({
    name: 'claim-email-spoof',
    verdict: 'accept',
    defect: 'e-mail address or login name is that of another user',
    references: ['RFC 7519 §4.1.2'],
    make: changeClaims((kit) => {
      const email = emailOf(kit.otherSub);
      return {
        email: { email, email_verified: true },
        preferred_username: { preferred_username: kit.otherSub },
        upn: { upn: email },
      };
    }),
  }),
  forgery({
    name: 'claim-id-spoof',
    verdict: 'accept',
    defect: 'another claim that sounds like an identity is that of another user',
    references: ['RFC 7519 §4.1.2'],
    make: changeClaims((kit) => each(['user_id', 'uid', 'id', 'username', 'userId', 'oid'], kit.otherSub)),
  }),
  forgery({
    name: 'claim-user-spoof',
    verdict: 'accept',
    defect: 'an object in the payload describes another user',
    references: ['RFC 7519 §4.1.2'],
    make: changeClaims((kit) => ({
      id: { user: { id: kit.otherSub } },
      sub: { user: { sub: kit.otherSub } },
    })),
  }),
  forgery({
    name: 'claim-admin-ignored',
    verdict: 'accept',
    defect: 'claims rights nobody granted',
    references: ['RFC 8725 §3.8'],
    make: changeClaims(() => ({
      role: { role: 'admin', roles: ['admin'] },
      flag: { is_admin: true, admin: true },
      scope: { scope: '*' },
      permissions: { permissions: ['*', 'admin:all'] },
    })),
  }),
  forgery({
    name: 'azp-mismatch',
    verdict: 'either',
    defect: 'azp is a client nobody knows',
    references: ['OpenID Connect Core 1.0 §2'],
    make: changeClaims(() => ({ '': { azp: 'unknown-client' } })),
  }),
  forgery({
    name: 'claim-jti-wrong-type',
    verdict: 'either',
    defect: 'jti is not a string',
    references: ['RFC 7519 §4.1.7'],
    make: changeClaims(() => ({ number: { jti: 1 }, null: { jti: null }, object: { jti: {} } })),
  }),
  forgery({
    name: 'claim-scope-missing',
    verdict: 'either',
    defect: 'no scope, no roles',
    references: ['RFC 6750 §3.1'],
    make: changeClaims(() => ({ '': { scope: undefined, scp: undefined, roles: undefined } })),
  }),
];

/** The e-mail address the provider knows this user by. */
function emailOf(sub: ForgeKit['otherSub']): string {
  return DEMO_USERS.find((user) => user.sub === sub)?.email ?? `${sub}@example.com`;
}

function each(names: readonly string[], value: string): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(names.map((name) => [name, { [name]: value }]));
}

function nested(depth: number): JsonObject {
  return depth === 0 ? { end: true } : { in: nested(depth - 1) };
}
