import { describe, expect, it } from 'vitest';
import { connectMockIdp, type JournalFilter, startMockIdp } from './index.ts';
import { Journal } from './journal.ts';

const entry = { at: 0, method: 'GET', path: '/jwks', endpoint: 'jwks', headers: {}, status: 200 };

describe('the journal', () => {
  it('keeps the latest 10 000 requests and goes on counting', () => {
    const journal = new Journal();
    for (let index = 0; index < 25_000; index += 1) journal.record(entry);
    const entries = journal.entries();
    expect(entries).toHaveLength(10_000);
    expect([entries[0]?.seq, entries.at(-1)?.seq]).toEqual([15_001, 25_000]);
  });

  it('keeps headers but no credentials, and no token wherever it stands', async () => {
    await using idp = await startMockIdp();
    const issuer = idp.issuer();
    const { token } = await issuer.mint();
    await fetch(`${issuer.jwksUrl}?kid=7&token=${token}`, {
      headers: {
        authorization: `Bearer ${token}`,
        cookie: 'session=secret',
        'x-forwarded-token': token,
        'if-none-match': '"1"',
      },
    });
    const [seen] = await issuer.journal();
    expect(seen).toMatchObject({
      method: 'GET',
      path: '/.well-known/jwks.json?kid=7&token=[redacted]',
      headers: {
        authorization: '[redacted]',
        cookie: '[redacted]',
        'x-forwarded-token': '[redacted]',
        'if-none-match': '"1"',
      },
    });
    expect(JSON.stringify(seen)).not.toContain(token.slice(-20));
  });

  it('says who asked, and with which token, and finds requests by it', async () => {
    await using idp = await startMockIdp();
    const issuer = idp.issuer('who');
    const { token, header } = await issuer.mint();
    const headers = { authorization: `Bearer ${token}` };
    await fetch(`${issuer.issuer}/userinfo?x=1`, { headers });
    await fetch(`${issuer.issuer}/userinfo`, { method: 'POST' });
    await fetch(`${issuer.issuer}/introspect`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('back%2Fend:secret').toString('base64')}` },
      body: new URLSearchParams({ token }),
    });
    await fetch(`${issuer.issuer}/authorize?client_id=spa`);
    await fetch(`${issuer.issuer}/jwks?kid=asked`);
    const kid = String(header['kid']);
    expect(await issuer.journal()).toMatchObject([
      { endpoint: 'userinfo', kid, remoteAddress: '127.0.0.1' },
      { endpoint: 'userinfo', method: 'POST', status: 401 },
      { endpoint: 'introspection', kid, client: 'back/end' },
      { endpoint: 'authorize', client: 'spa', status: 400 },
      { endpoint: 'jwks', kid: 'asked' },
    ]);
    const found = async (filter: JournalFilter): Promise<readonly number[]> =>
      (await issuer.journal(filter)).map(({ seq }) => seq);
    expect(await found({ kid })).toEqual([1, 3]);
    expect(await found({ kid, endpoint: 'userinfo' })).toEqual([1]);
    expect(await found({ client: 'spa' })).toEqual([4]);
    expect(await found({ method: 'POST' })).toEqual([2, 3]);
    expect(await found({ path: '/who/userinfo' })).toEqual([1, 2]);
    expect(await found({ status: 400, after: 3 })).toEqual([4]);
    const count = async (query: string): Promise<unknown> =>
      (await fetch(`${issuer.issuer}/_mock/journal/count?${query}`)).json();
    expect(await count('')).toEqual({ count: 5 });
    expect(await count('method=POST&status=401')).toEqual({ count: 1 });
    await (await connectMockIdp(idp.url)).issuer('who').clearJournal();
    expect(await count('')).toEqual({ count: 0 });
  });

  it('says what was waited for in vain', async () => {
    await using idp = await startMockIdp();
    const wait = idp.issuer().waitFor({ endpoint: 'jwks', kid: 'k', after: 3, count: 2, timeoutMs: 1 });
    await expect(wait).rejects.toThrow('0 of 2 requests to "jwks" with kid "k" came within 1 ms');
  });

  it.each([
    [{ method: 'FETCH' }, 'expected one of GET, HEAD'],
    [{ path: 'jwks' }, 'path:'],
    [{ status: 600 }, 'status:'],
  ])('refuses the filter %j, for it would find nothing for ever', async (filter, message) => {
    await using idp = await startMockIdp();
    await expect(idp.issuer().journal(filter)).rejects.toThrow(message);
  });

  it('notes as unanswered what a client did not wait for', async () => {
    await using idp = await startMockIdp();
    const issuer = idp.issuer();
    await issuer.fault({ endpoint: 'jwks', actions: [{ kind: 'delay', ms: 60_000 }] });
    const gone = new AbortController();
    const answer = fetch(issuer.jwksUrl, { signal: gone.signal });
    await issuer.waitFor({ endpoint: 'jwks', count: 1, timeoutMs: 20_000 });
    gone.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(async () => (await issuer.journal())[0]?.status).toBe(0);
  });
});
