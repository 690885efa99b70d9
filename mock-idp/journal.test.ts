import { describe, expect, it } from 'vitest';
import { startMockIdp } from './index.ts';
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
