import { TargetError } from './target-error.ts';

export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/**
 * The whole answers at the start of what a server sent (RFC 9112 §2 to §7). Written by hand because the HTTP clients
 * at hand pair each answer with a request of their own, and a raw check has none.
 *
 * @param methods the method of each request sent, for answers that have no body (RFC 9112 §6.3)
 * @param closed whether the server has closed the connection, which ends a body of unknown length
 * @throws TargetError `protocol` where the bytes are not HTTP/1.x
 */
export function parseAnswers(bytes: Buffer, methods: readonly string[], closed: boolean): readonly Answer[] {
  const answers: Answer[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const parsed = parseAnswer(rest, methods[answers.length] ?? 'GET', closed);
    if (parsed === undefined) break;
    // Interim answers (RFC 9110 §15.2) announce the final one and are not it.
    if (parsed.answer.status >= 200 || parsed.answer.status === 101) answers.push(parsed.answer);
    rest = rest.subarray(parsed.length);
  }
  return answers;
}

function parseAnswer(
  bytes: Buffer,
  method: string,
  closed: boolean,
): { readonly answer: Answer; readonly length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) {
    if (closed || !'HTTP/1.'.startsWith(bytes.toString('latin1', 0, 7))) {
      throw new TargetError('protocol', 'the answer is not HTTP/1.x');
    }
    return undefined;
  }
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1];
  if (status === undefined) throw new TargetError('protocol', 'the answer is not HTTP/1.x');
  const head = { status: Number(status), headers: lines.map(parseField) };

  const body = parseBody(bytes.subarray(headEnd + 4), head, method, closed);
  return body && { answer: { ...head, body: body.content }, length: headEnd + 4 + body.length };
}

function parseField(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, Math.max(colon, 0)), line.slice(colon + 1).trim()];
}

interface Body {
  readonly content: Buffer;
  readonly length: number;
}

const NO_BODY: Body = { content: Buffer.alloc(0), length: 0 };

function parseBody(
  bytes: Buffer,
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  method: string,
  closed: boolean,
): Body | undefined {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return NO_BODY;
  const field = (name: string): string | undefined =>
    headers.find(([field]) => field.toLowerCase() === name)?.[1];
  if (field('transfer-encoding')?.toLowerCase().endsWith('chunked') === true) return parseChunks(bytes);
  const declared = field('content-length');
  if (declared === undefined) return closed ? { content: bytes, length: bytes.length } : undefined;
  const length = Number(declared);
  if (!Number.isSafeInteger(length)) throw new TargetError('protocol', 'the answer has no valid length');
  return bytes.length < length ? undefined : { content: bytes.subarray(0, length), length };
}

function parseChunks(bytes: Buffer): Body | undefined {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) throw new TargetError('protocol', 'the answer has a malformed chunk');
    at = lineEnd + 2;
    if (size === 0) return endOfTrailers(bytes, at, Buffer.concat(chunks));
    if (bytes.length < at + size + 2) return undefined;
    chunks.push(bytes.subarray(at, at + size));
    at += size + 2;
  }
}

function endOfTrailers(bytes: Buffer, start: number, content: Buffer): Body | undefined {
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    if (lineEnd === at) return { content, length: lineEnd + 2 };
    at = lineEnd + 2;
  }
}
