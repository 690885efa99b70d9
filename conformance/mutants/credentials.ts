import type { IncomingMessage } from 'node:http';
import { invalidToken, missingToken } from './answer.ts';
import type { Bug } from './bugs.ts';

/** The token of the one `Authorization: Bearer` header of a request (RFC 6750 §2.1). */
export function readToken(request: IncomingMessage, query: URLSearchParams, body: string, bug: Bug): string {
  const elsewhere = tokenElsewhere(request, query, body, bug);
  if (elsewhere !== undefined) return elsewhere;

  const lines = headerLines(request, 'authorization');
  if (lines.length > 1 && !bug('dup-last-wins') && !bug('dup-first-wins')) throw invalidToken();
  const value = (bug('dup-last-wins') ? lines.at(-1) : lines[0]) ?? '';
  if (value === '') throw missingToken();

  if (bug('regex-lenient')) {
    const found = /bearer[:= ]*"?([^"]+)/i.exec(value)?.[1];
    if (found !== undefined) return found;
  }
  if (bug('parts-1')) return requireText(value.split(' ')[1]);
  if (bug('raw-token-accepted') && value.split('.').length === 3 && !value.includes(' ')) return value;
  if (bug('glued-scheme') && /^bearer/i.test(value)) return value.replace(/^bearer */i, '');
  if (bug('any-scheme')) return /^\S+ +(\S+)$/.exec(value)?.[1] ?? '';
  if (bug('scheme-dpop-as-bearer') && value.startsWith('DPoP ')) return value.slice(5);
  if (bug('helpful-fallback') && value.startsWith('Basic ')) {
    return Buffer.from(value.slice(6), 'base64').toString().split(':')[1] ?? '';
  }
  if (bug('comma-first')) return requireText(value.split(',')[0]?.split(' ')[1]);

  if (bug('tab-separates') && /^bearer\t/i.test(value)) return value.slice(7);
  if (bug('quotes-stripped') && /^bearer "/i.test(value)) return value.slice(7).replaceAll('"', '');
  if (bug('trailing-word-dropped') && /^bearer /i.test(value)) return requireText(value.split(' ')[1]);

  const scheme = bug('scheme-case') ? /^Bearer(?: |$)/ : /^bearer(?: |$)/i;
  if (!scheme.test(value)) {
    if (bug('basic-400')) throw invalidToken();
    throw missingToken();
  }
  const token = value.slice('Bearer'.length).trimStart();
  if (token === '') throw missingToken();
  if (bug('uri-decode-first')) return decodeURIComponent(token);
  const blanksPass = bug('b64-whitespace-tolerant');
  const paddingPasses = bug('b64-padding-tolerant') || bug('b64-lenient-node');
  if (
    (!bug('b64-false-honoured') && /[",]/.test(token)) ||
    (!blanksPass && /\s/.test(token)) ||
    (!paddingPasses && token.includes('='))
  ) {
    throw invalidToken();
  }
  return token;
}

function tokenElsewhere(
  request: IncomingMessage,
  query: URLSearchParams,
  body: string,
  bug: Bug,
): string | undefined {
  const inQuery = query.get('access_token');
  if (bug('query-token') && inQuery !== null) return inQuery;
  const cookie = /(?:access_token|token|jwt|session)=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  if (bug('cookie-token') && cookie !== undefined) return cookie;
  const alternative = request.headers['x-access-token'] ?? request.headers['x-forwarded-authorization'];
  if (bug('alt-header-token') && typeof alternative === 'string') return alternative.replace(/^Bearer /, '');
  const inBody = /"access_token" *: *"([^"]+)"|access_token=([^&]+)/.exec(body);
  if (bug('form-token') && /^access_token=|&access_token=/.test(body)) return inBody?.[2];
  if (bug('body-token') && inBody !== null) return inBody[1] ?? inBody[2];
  return undefined;
}

function requireText(value: string | undefined): string {
  if (value === undefined) throw new TypeError('no second part');
  return value;
}

/** Values of every line of a header; Node's own `headers` keeps only the first `Authorization`. */
export function headerLines(request: IncomingMessage, name: string): readonly string[] {
  const raw = request.rawHeaders;
  return raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === name);
}
