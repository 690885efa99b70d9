import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { selfSignedCertificate } from './certificate.ts';

const now = 1_800_000_000;
const key = { kid: 'k', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
const certificate = new X509Certificate(selfSignedCertificate(key, { now, name: 'somebody' }));

describe('a self-signed certificate', () => {
  it('is signed by the key it certifies', () => {
    expect(certificate.verify(key.publicKey)).toBe(true);
    expect(certificate.publicKey.equals(key.publicKey)).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
  });

  it('names its holder as its issuer', () => {
    expect([certificate.subject, certificate.issuer]).toEqual(['CN=somebody', 'CN=somebody']);
  });

  it('is valid for a day before and a year after the time given', () => {
    expect(Date.parse(certificate.validFrom)).toBe((now - 86_400) * 1_000);
    expect(Date.parse(certificate.validTo)).toBe((now + 365 * 86_400) * 1_000);
  });

  it('is the same each time it is made of one key and time', () => {
    expect(selfSignedCertificate(key, { now, name: 'somebody' })).toEqual(certificate.raw);
  });
});
