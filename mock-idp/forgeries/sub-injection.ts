import { changeClaim, forgery } from './build.ts';
import type { Forgery } from './forgery.ts';

/** Subjects that are text to the token and something else to what the backend does with them (RFC 8725 §3.10). */
export const subInjectionForgeries: readonly Forgery[] = [
  forgery({
    name: 'sub-path-chars',
    verdict: 'either',
    defect: 'sub holds characters that mean something in a path',
    references: ['RFC 3986 §2.2', 'RFC 8725 §3.10'],
    make: changeClaim('sub', (_, { otherSub }) => ({
      slash: `a/${otherSub}`,
      'encoded slash': `a%2F${otherSub}`,
      'dot segments': `a/../${otherSub}`,
      dots: '..',
      query: `${otherSub}?x`,
      fragment: `${otherSub}#x`,
      semicolon: `${otherSub};x`,
    })),
  }),
  forgery({
    name: 'sub-injection',
    verdict: 'either',
    defect: 'sub is a fragment of another language',
    references: ['RFC 8725 §2.9', 'RFC 8725 §3.10'],
    make: changeClaim('sub', (_, { otherSub }) => ({
      SQL: "x' OR '1'='1",
      'SQL, another user': `${otherSub}' --`,
      'query operator as text': '{"$ne":1}',
      'log look-up': '$' + '{jndi:ldap://127.0.0.1:9/x}',
      markup: '<script>x</script>',
    })),
  }),
  forgery({
    name: 'sub-nul',
    verdict: 'either',
    defect: 'sub holds a null byte after the name of a user',
    references: ['RFC 8725 §3.10'],
    make: changeClaim('sub', (sub, { otherSub }) => ({
      'own name': `${sub}\u0000x`,
      'name of another': `${otherSub}\u0000x`,
    })),
  }),
  forgery({
    name: 'sub-proto',
    verdict: 'either',
    defect: 'sub is the name of a property that every JavaScript object has',
    references: ['CWE-1321'],
    make: changeClaim('sub', () => ({
      'the prototype': '__proto__',
      'the constructor': 'constructor',
      'a method': 'toString',
    })),
  }),
];
