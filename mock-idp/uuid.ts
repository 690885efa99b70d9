import { hash } from 'node:crypto';

/** A UUID (RFC 9562 §5.4 in form) that is the same for the same text. */
export function uuidOf(text: string): string {
  const digits = hash('sha256', text).slice(0, 32);
  const variant = ((Number.parseInt(digits[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
  const all = `${digits.slice(0, 12)}4${digits.slice(13, 16)}${variant}${digits.slice(17)}`;
  return all.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}
