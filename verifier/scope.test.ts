import { expect, test } from 'vitest';
import { VerifierConfigError } from './errors.ts';
import { requireScope } from './express.ts';
import { checkScope, grants } from './scope.ts';
import type { Scope } from './scope.ts';

const base = { iss: 'https://idp.example', sub: 'ada', aud: 'api', exp: 1 };

test.each([
  ['a string', { scope: 'openid tasks:write' }],
  ['an array', { scope: ['openid', 'tasks:write'] }],
  ['scp as a string, as Microsoft Entra ID sends it', { scp: 'openid tasks:write' }],
  ['scp as an array, as Okta sends it', { scp: ['openid', 'tasks:write'] }],
  ['several blanks', { scope: ' openid  tasks:write ' }],
])('finds a scope in %s', (_, claims) => {
  expect(grants({ ...base, ...claims }, ['tasks:write'])).toBe(true);
  expect(grants({ ...base, ...claims }, ['openid', 'tasks:write'])).toBe(true);
  expect(grants({ ...base, ...claims }, ['openid', 'tasks:delete'])).toBe(false);
});

test.each([
  ['no claim', {}],
  ['null', { scope: null }],
  ['a number', { scope: 5 }],
  ['true', { scope: true }],
  ['an empty string', { scope: '' }],
  ['an empty array', { scope: [] }],
  ['a part of the name', { scope: 'tasks:writer tasks:writ' }],
  ['an array in an array', { scope: [['tasks:write']] }],
  ['an object', { scope: { includes: 'tasks:write' } }],
  ['a tab between two', { scope: 'openid\ttasks:write' }],
  ['permissions, which are no scopes', { permissions: ['tasks:write'] }],
  ['a scope that says otherwise than scp', { scope: 'openid', scp: 'tasks:write' }],
])('finds none in %s', (_, claims) => {
  expect(grants({ ...base, ...claims }, ['tasks:write'])).toBe(false);
});

test.each(['', 'a b', 'a"b', 'a\\b', 'a\r\nb', 'é', [], ['a', ''], undefined, null, 5, [5]])(
  'refuses to demand %j, which no token can grant',
  (scope) => {
    expect(() => checkScope(scope as Scope)).toThrow(VerifierConfigError);
    expect(() => requireScope(scope as Scope)).toThrow('scope must be');
  },
);
