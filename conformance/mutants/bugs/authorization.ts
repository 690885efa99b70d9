import type { Mutant } from './mutant.ts';

/** Whose resource it is. */
export const authorization = {
  'no-owner-check': { bug: "any user sees any user's tasks", killer: 'cross-get' },
  'owner-check-get-only': { bug: 'only reads look at the owner', killer: 'cross-post' },
  'owner-check-writes-only': { bug: 'only writes look at the owner', killer: 'cross-get' },
  'child-unchecked': { bug: "the path's user is checked, the task's is not", killer: 'cross-nested-id' },
  'owner-prefix': { bug: '`startsWith`', killer: 'id-prefix' },
  'owner-case-fold': { bug: 'owners are compared without case', killer: 'id-case' },
  'owner-trim': { bug: 'owners are trimmed', killer: 'id-numeric-forms' },
  'owner-numeric': { bug: 'owners are compared as numbers', killer: 'sub-numeric-lookalike' },
  'owner-normalised': {
    bug: 'owners are compared in one normal form of Unicode',
    killer: 'sub-unicode-normal-form',
  },
  'admin-bypass': { bug: 'a `role` claim opens every door', killer: 'claim-admin-ignored' },
  'query-owner': { bug: 'the owner in the query wins', killer: 'cross-query-owner' },
  'method-override': {
    bug: 'X-HTTP-Method-Override changes the method after the check',
    killer: 'method-override-header',
  },
  'head-unguarded': { bug: 'HEAD needs no token', killer: 'method-head-noauth' },
  'options-unguarded': { bug: 'OPTIONS runs the handler of GET', killer: 'method-options' },
  'route-unguarded': { bug: 'one route was registered before the guard', killer: 'all-routes-guarded' },
  'write-before-auth': { bug: 'the row is written before the token is checked', killer: 'write-noauth' },
  'validate-before-auth': { bug: 'the body is judged before the token', killer: 'auth-before-body' },
  'owner-before-auth': { bug: 'nobody is told apart from somebody else', killer: 'cross-precedence-noauth' },
  'filter-drops-owner': { bug: 'a filter in the query drops the filter by owner', killer: 'list-isolation' },
  'path-normalised': { bug: 'dot segments are resolved after routing', killer: 'path-dotdot-raw' },
  'decode-twice': { bug: 'the path is decoded twice', killer: 'path-double-encoded' },
  'slash-decoded': {
    bug: '%2F is a slash, and dots between two of them count',
    killer: 'path-dotdot-encoded',
  },
  'guard-case': { bug: 'the router ignores case', killer: 'path-case' },
  'guard-suffix': { bug: 'a final slash or suffix is forgiven', killer: 'path-trailing' },
  '403-as-404': { bug: "another user's resource is answered 404", killer: 'cross-get' },
} as const satisfies Readonly<Record<string, Mutant>>;
