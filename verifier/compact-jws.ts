import { isUtf8 } from 'node:buffer';
import { decodeBase64url } from './base64url.ts';
import type { RefusalReason } from './contract.ts';
import { checkHeader } from './jose-header.ts';
import type { JoseHeader } from './jose-header.ts';

/** A token taken apart. The bytes are views on buffers of the decoder: they hold until it decodes the next token. */
interface CompactJws {
  readonly header: JoseHeader;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What was signed: header segment, dot, payload segment (RFC 7515 §5.2). */
  readonly signingInput: Uint8Array;
  readonly signature: Uint8Array;
}

/** Takes one token apart, or gives the reason why it is none. */
export type CompactJwsDecoder = (token: string) => CompactJws | RefusalReason;

/** A decoder for tokens of up to `maxBytes`: three segments of strict base64url, the first two JSON objects (RFC 7519 §7.2). */
export function createDecoder(maxBytes: number): CompactJwsDecoder {
  // Reused for every token, since a buffer per segment costs more than all checks on it.
  const text = Buffer.allocUnsafeSlow(maxBytes);
  const json = Buffer.allocUnsafeSlow(maxBytes);
  const signature = Buffer.allocUnsafeSlow(maxBytes);

  const parseObject = (segment: string): Record<string, unknown> | undefined => {
    const length = decodeBase64url(segment, json);
    if (length < 0 || !isUtf8(json.subarray(0, length))) return undefined;
    return parseJsonObject(json.toString('utf8', 0, length));
  };

  return (token) => {
    if (token.length > maxBytes) return 'length';
    const first = token.indexOf('.');
    const second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0 || token.includes('.', second + 1)) return 'segments';
    // Beyond ASCII a character would take several bytes here, and Node's base64 decoder would fold it into the alphabet.
    if (text.write(token, 'utf8') !== token.length) return 'encoding';

    const header = parseObject(token.slice(0, first));
    if (header === undefined) return 'header';
    const refusal = checkHeader(header);
    if (refusal !== undefined) return refusal;

    const claims = parseObject(token.slice(first + 1, second));
    if (claims === undefined) return 'payload';

    const signatureLength = decodeBase64url(token.slice(second + 1), signature);
    if (signatureLength <= 0) return 'signature';
    return {
      header: header as JoseHeader,
      claims,
      signingInput: text.subarray(0, second),
      signature: signature.subarray(0, signatureLength),
    };
  };
}

function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
