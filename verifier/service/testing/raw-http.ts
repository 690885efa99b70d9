import { connect } from 'node:net';

/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface RawRequest {
  readonly token?: string | undefined;
  readonly headers?: readonly string[];
  /** Sent as JSON where it is no text. */
  readonly body?: unknown;
}

/** One request as it stands: nothing normalises its path or joins its headers. */
export async function send(
  url: string,
  method: string,
  path: string,
  request: RawRequest = {},
): Promise<RawAnswer> {
  const headers = ['Connection: close', ...(request.headers ?? [])];
  const [answer, ...more] = await sendRaw(url, rawRequest(method, path, { ...request, headers }));
  if (answer === undefined || more.length > 0) throw new Error(`${more.length + 1} answers instead of one`);
  return answer;
}

/** Sends these very bytes on a connection of their own and reads until the server closes it. */
export async function sendRaw(url: string, request: string | Uint8Array): Promise<readonly RawAnswer[]> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(request);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return parseAnswers(Buffer.concat(chunks));
}

/** The bytes of a request. */
export function rawRequest(
  method: string,
  path: string,
  { token, headers = [], body }: RawRequest = {},
): string {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const names = headers.map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
  const lines = [`${method} ${path} HTTP/1.1`, ...headers];
  if (!names.includes('host')) lines.push('Host: api.example.com');
  if (token !== undefined) lines.push(`Authorization: Bearer ${token}`);
  if (text !== undefined) {
    if (!names.includes('content-type')) lines.push('Content-Type: application/json');
    if (!names.includes('content-length') && !names.includes('transfer-encoding')) {
      lines.push(`Content-Length: ${Buffer.byteLength(text)}`);
    }
  }
  return [...lines, '', text ?? ''].join('\r\n');
}

export function jsonOf({ body }: RawAnswer): Record<string, unknown> {
  return JSON.parse(body) as Record<string, unknown>;
}

function parseAnswers(bytes: Buffer): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const end = rest.indexOf('\r\n\r\n');
    const [statusLine = '', ...lines] = rest.toString('latin1', 0, end).split('\r\n');
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    const after = rest.subarray(end + 4);
    // The answer to HEAD has a length and no body.
    const hasBody = after.toString('latin1', 0, 9) !== 'HTTP/1.1 ';
    const body = after.subarray(0, hasBody ? Number(headers.get('content-length') ?? 0) : 0);
    answers.push({ status: Number(statusLine.split(' ')[1]), headers, body: body.toString() });
    rest = after.subarray(body.length);
  }
  return answers;
}
