import type { Mutant } from './mutant.ts';

/** How the token is found in the request. */
export const credentials = {
  'scheme-case': {
    core: true,
    bug: "`startsWith('Bearer ')`: the scheme is compared with case",
    killer: 'auth-scheme-lower',
  },
  'regex-lenient': { bug: 'a loose pattern finds a token after almost anything', killer: 'auth-colon' },
  'parts-1': {
    core: true,
    bug: "`header.split(' ')[1]`: scheme and rest are never looked at",
    killer: 'auth-trailing-word',
  },
  'raw-token-accepted': { bug: 'a bare JWT without a scheme is taken', killer: 'auth-raw-token' },
  'glued-scheme': { bug: "`replace('Bearer', '')`: no space needed", killer: 'auth-glued' },
  'any-scheme': { bug: 'one word after any scheme is a token', killer: 'auth-wrong-scheme-valid-jwt' },
  'scheme-dpop-as-bearer': { bug: 'DPoP accepted without its proof', killer: 'auth-dpop-scheme' },
  'helpful-fallback': {
    bug: 'a JWT is looked for inside Basic credentials',
    killer: 'auth-basic-wrapped-jwt',
  },
  'comma-first': { bug: 'splits at the comma, the first credentials win', killer: 'auth-comma-list' },
  'basic-400': { bug: 'another scheme counts as a malformed request', killer: 'auth-basic' },
  'dup-last-wins': { bug: 'the last of two Authorization lines wins', killer: 'auth-dup-bad-good' },
  'dup-first-wins': { bug: 'the first of two Authorization lines wins', killer: 'auth-dup-good-bad' },
  'query-token': { core: true, bug: '`?access_token=` is accepted', killer: 'auth-query-token' },
  'cookie-token': { bug: 'a cookie carries the token as well', killer: 'auth-cookie-token' },
  'alt-header-token': { bug: 'X-Access-Token is as good as Authorization', killer: 'auth-alt-headers' },
  'body-token': { bug: 'the body may carry the token', killer: 'auth-json-body-token' },
  'uri-decode-first': { bug: 'the token is percent-decoded first', killer: 'auth-percent-encoded' },
  'session-created': { bug: 'the first success sets a session cookie', killer: 'auth-no-session-created' },
  'global-identity': {
    bug: 'the current user lives in a variable shared by all requests',
    killer: 'auth-concurrent-isolation',
  },
  'user-of-request-before': {
    bug: 'the handler sees the user of the request before',
    killer: 'auth-keepalive-isolation',
  },
  'always-401': { core: true, bug: 'refuses everything', killer: 'jws-control' },
  'always-200': { bug: 'accepts everything', killer: 'auth-missing' },
  'x-user-id': { core: true, bug: 'an X-User-Id header is believed', killer: 'hdr-spoof-identity' },
  'local-exempt': { bug: 'X-Forwarded-For: 127.0.0.1 needs no token', killer: 'hdr-spoof-ip-host' },
  'quotes-stripped': { bug: 'quotes around the token are forgiven', killer: 'auth-quoted' },
  'tab-separates': { bug: '`/^Bearer\\s+/`: a tab is as good as a space', killer: 'auth-tab-separator' },
  'empty-is-guest': {
    bug: 'an empty header means a guest, and the guest is somebody',
    killer: 'auth-empty-value',
  },
  'null-is-guest': { bug: 'the token `null` of a broken client is let through', killer: 'auth-literal-null' },
  'form-token': { bug: 'a form may carry the token (RFC 6750 §2.2)', killer: 'auth-form-token' },
  'query-overrides': {
    bug: 'the header opens the door, the user comes from the query',
    killer: 'auth-multi-method-two-users',
  },
  'connection-remembered': {
    bug: 'a connection on which a token passed needs no other',
    killer: 'auth-keepalive-isolation',
  },
  'trailing-word-dropped': { bug: 'what follows the token is not looked at', killer: 'auth-trailing-word' },
  'framework-bypass': {
    bug: 'a header by which the framework marks its own requests skips the guard',
    killer: 'hdr-spoof-framework',
  },
  'probe-exempt': { bug: 'health checkers are known by their User-Agent', killer: 'hdr-spoof-client' },
  'url-header': { bug: 'X-Original-URL chooses the route after the guard', killer: 'hdr-spoof-url' },
  'upgrade-unguarded': { bug: 'an upgrade to WebSocket goes round the guard', killer: 'websocket-upgrade' },
  'bad-token-greeted': {
    bug: 'an open route greets whoever an unverified token names',
    killer: 'public-with-bad-token',
  },
  lockout: { bug: 'fifty bad tokens, and everybody is out for a second', killer: 'perf-invalid-storm' },
} as const satisfies Readonly<Record<string, Mutant>>;
