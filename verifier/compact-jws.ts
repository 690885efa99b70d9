import { isAscii, isUtf8 } from 'node:buffer';
import { decodeBase64url } from './base64url.ts';
import type { RefusalReason } from './contract.ts';
import { deepFreeze } from './freeze.ts';
import { checkHeader } from './jose-header.ts';
import type { JoseHeader } from './jose-header.ts';

/** Issuers use one header per key, and few keys at a time. */
const MAX_HEADERS = 8;

interface KnownHeader {
  readonly text: string;
  readonly header: JoseHeader;
}

/** A token taken apart. The bytes are views on buffers of the decoder: they hold until it decodes the next token. */
export interface CompactJws {
  readonly header: JoseHeader;
  /** The header as sent, with the dot behind it. */
  readonly headerText: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What was signed: header segment, dot, payload segment (RFC 7515 §5.2). */
  readonly signingInput: Uint8Array;
  readonly signature: Uint8Array;
}

export interface CompactJwsDecoder {
  /** Takes one token apart, or gives the reason why it is none. */
  decode(token: string): CompactJws | RefusalReason;
  /** Freezes the header and spares the next token the reading of it. Only for a verified one: others choose what they send. */
  remember(jws: CompactJws): void;
}

/** A decoder for tokens of up to `maxBytes`: three segments of strict base64url, the first two JSON objects (RFC 7519 §7.2). */
export function createDecoder(maxBytes: number): CompactJwsDecoder {
  // Reused for every token, since a buffer per segment costs more than all checks on it.
  const text = Buffer.allocUnsafeSlow(maxBytes);
  const json = Buffer.allocUnsafeSlow(maxBytes);
  const signature = Buffer.allocUnsafeSlow(maxBytes);

  const known: KnownHeader[] = [];
  // Compared with the token in place: to cut the segment out and hash it for a map would take several times as long.
  const findHeader = (token: string): KnownHeader | undefined => {
    for (const each of known) if (token.startsWith(each.text)) return each;
    return undefined;
  };

  const parseObject = (segment: string): Record<string, unknown> | undefined => {
    const length = decodeBase64url(segment, json);
    if (length < 0) return undefined;
    const bytes = json.subarray(0, length);
    // The same text either way, but a UTF-8 decoder takes ten times as long for it.
    if (isAscii(bytes)) return parseJsonObject(json.toString('latin1', 0, length));
    return isUtf8(bytes) ? parseJsonObject(json.toString('utf8', 0, length)) : undefined;
  };

  const readHeader = (segment: string): JoseHeader | RefusalReason => {
    const header = parseObject(segment);
    if (header === undefined) return 'header';
    return checkHeader(header) ?? (header as JoseHeader);
  };

  const decode = (token: string): CompactJws | RefusalReason => {
    if (token.length > maxBytes) return 'length';
    const first = token.indexOf('.');
    const second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0 || token.includes('.', second + 1)) return 'segments';
    // Beyond ASCII a character would take several bytes here, and Node's base64 decoder would fold it into the alphabet.
    if (text.write(token, 'utf8') !== token.length) return 'encoding';

    const familiar = findHeader(token);
    const header = familiar?.header ?? readHeader(token.slice(0, first));
    if (typeof header === 'string') return header;

    const claims = parseObject(token.slice(first + 1, second));
    if (claims === undefined) return 'payload';

    const signatureLength = decodeBase64url(token.slice(second + 1), signature);
    if (signatureLength <= 0) return 'signature';
    return {
      header,
      headerText: familiar?.text ?? token.slice(0, first + 1),
      claims,
      signingInput: text.subarray(0, second),
      signature: signature.subarray(0, signatureLength),
    };
  };

  return {
    decode,
    remember({ headerText, header }) {
      for (const each of known) if (each.header === header) return;
      deepFreeze(header);
      known.unshift({ text: headerText, header });
      known.length = Math.min(known.length, MAX_HEADERS);
    },
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
