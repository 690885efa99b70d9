/** Of the last character only the bits of the last byte count; any other that is set has no meaning (RFC 4648 §3.5). */
const LAST_OF_TWO = 'AQgw';
const LAST_OF_THREE = 'AEIMQUYcgkosw048';

/**
 * Decodes strict base64url: the URL-safe alphabet without padding, blanks or stray bits (RFC 7515 §2).
 * `text` must be ASCII and `into` large enough. Gives the number of bytes written, or -1.
 */
export function decodeBase64url(text: string, into: Buffer): number {
  const rest = text.length % 4;
  if (rest === 1) return -1;
  // Node's decoder reads `+` and `/` as `-` and `_`. All else it does not know it skips, which the length shows.
  if (text.includes('+') || text.includes('/')) return -1;
  if (rest === 2 && !LAST_OF_TWO.includes(text.charAt(text.length - 1))) return -1;
  if (rest === 3 && !LAST_OF_THREE.includes(text.charAt(text.length - 1))) return -1;
  const written = into.write(text, 0, 'base64url');
  return written === Math.floor((text.length * 3) / 4) ? written : -1;
}
