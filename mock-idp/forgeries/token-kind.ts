import { createHash } from 'node:crypto';
import { changeClaims, changeHeader, forgery } from './build.ts';
import type { Forgery } from './forgery.ts';

/** A SHA-256 hash of something the sender does not prove to have. */
const thumbprint = createHash('sha256').update('client').digest('base64url');
const logoutEvent = { 'http://schemas.openid.net/event/backchannel-logout': {} };

/** Tokens of the same issuer, under the same key, for another purpose (RFC 8725 §3.12). */
export const tokenKindForgeries: readonly Forgery[] = [
  forgery({
    name: 'claim-id-token',
    verdict: 'refuse',
    defect: 'an ID token: aud is the client, with nonce and at_hash',
    references: ['RFC 9068 §4', 'RFC 9068 §5', 'RFC 8725 §3.12'],
    make: changeClaims((kit) => ({
      '': {
        aud: 'web-client',
        azp: 'web-client',
        nonce: 'nonce-1',
        at_hash: thumbprint.slice(0, 22),
        auth_time: kit.now,
      },
    })),
  }),
  forgery({
    name: 'claim-refresh-logout',
    verdict: 'either',
    defect: 'a claim says that this is a refresh or a logout token; header and aud do not',
    references: ['RFC 8725 §3.12'],
    make: changeClaims(() => ({
      'logout event': { events: logoutEvent, sid: 'session-1' },
      token_use: { token_use: 'refresh' },
      'typ claim': { typ: 'Refresh' },
    })),
  }),
  forgery({
    name: 'logout-token-typed',
    requirement: 'claim-refresh-logout',
    verdict: 'refuse',
    defect: 'a logout token that says so in typ',
    references: ['RFC 8725 §3.11', 'RFC 8725 §3.12'],
    make: (kit) =>
      changeHeader(() => ({ '': { typ: 'logout+jwt' } }))({
        ...kit,
        claims: { ...kit.claims, events: logoutEvent, sid: 'session-1' },
      }),
  }),
  forgery({
    name: 'claim-cnf-bound',
    verdict: 'either',
    defect: 'bound to a key or certificate of the client, but sent as a bearer token',
    references: ['RFC 9449 §7.2', 'RFC 8705 §3.1'],
    make: changeClaims(() => ({
      DPoP: { cnf: { jkt: thumbprint } },
      certificate: { cnf: { 'x5t#S256': thumbprint } },
    })),
  }),
];
