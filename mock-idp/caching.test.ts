import { describe, expect, it } from 'vitest';
import { type IssuerSettings, type MockIdp, startMockIdp } from './index.ts';

const AT = Date.UTC(2030, 0, 1);

async function startWith(caching: NonNullable<IssuerSettings['caching']>): Promise<MockIdp> {
  const idp = await startMockIdp({ now: () => AT });
  await idp.issuer().configure({ caching });
  return idp;
}

describe('the caching headers of a key set', () => {
  it('are none unless set', async () => {
    await using idp = await startMockIdp();
    const { headers } = await fetch(idp.issuer().jwksUrl);
    for (const name of ['cache-control', 'etag', 'expires', 'age']) expect(headers.get(name)).toBeNull();
  });

  it('are what they are set to, for that endpoint only', async () => {
    await using idp = await startWith({
      jwks: { cacheControl: 'max-age=600, must-revalidate', expires: '+10m', age: 30 },
    });
    const { headers } = await fetch(idp.issuer().jwksUrl);
    expect(headers.get('cache-control')).toBe('max-age=600, must-revalidate');
    expect(headers.get('expires')).toBe('Tue, 01 Jan 2030 00:10:00 GMT');
    expect(headers.get('age')).toBe('30');
    const discovery = await fetch(`${idp.url}/.well-known/openid-configuration`);
    expect(discovery.headers.get('cache-control')).toBeNull();
    await idp.issuer().configure({ caching: { discovery: { cacheControl: 'no-store' } } });
    expect((await fetch(idp.issuer().jwksUrl)).headers.get('age')).toBeNull();
    const later = await fetch(`${idp.url}/.well-known/openid-configuration`);
    expect(later.headers.get('cache-control')).toBe('no-store');
  });

  it('answer 304 to a client that has the set, and the new set once it has changed', async () => {
    await using idp = await startWith({ jwks: { etag: true, cacheControl: 'no-cache' } });
    const issuer = idp.issuer();
    const first = await fetch(issuer.jwksUrl);
    const etag = String(first.headers.get('etag'));
    expect(etag).toMatch(/^"[\w-]+"$/u);
    await first.arrayBuffer();
    for (const known of [etag, `"other", W/${etag}`, '*']) {
      const again = await fetch(issuer.jwksUrl, { headers: { 'if-none-match': known } });
      expect([again.status, await again.text()]).toEqual([304, '']);
      expect([again.headers.get('etag'), again.headers.get('cache-control')]).toEqual([etag, 'no-cache']);
    }
    expect((await issuer.journal({ endpoint: 'jwks' })).map(({ status }) => status)).toEqual([
      200, 304, 304, 304,
    ]);
    await issuer.changeKeys({ story: 'rotate' });
    const changed = await fetch(issuer.jwksUrl, { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it.each<[object, string]>([
    [{ jwks: { cacheControl: 'a\nb' } }, 'caching.jwks.cacheControl: not a value a header can carry'],
    [{ jwks: { expires: '10m' } }, 'caching.jwks.expires: expected a span of time'],
    [{ jwks: { expires: '+999999999999d' } }, 'caching.jwks.expires: expected a span of time'],
    [{ jwks: { age: -1 } }, 'caching.jwks.age'],
    [{ jwks: { etags: true } }, 'unknown member "etags"; did you mean "etag"?'],
    [{ token: {} }, 'unknown member "token"'],
  ])('refuse %j', async (caching, message) => {
    await using idp = await startMockIdp();
    await expect(idp.issuer().configure({ caching })).rejects.toThrow(message);
  });
});
