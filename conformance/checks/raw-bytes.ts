import type { RequestSpec, Target } from '../model.ts';

/** Requests as the bytes of one pipeline (RFC 9112 §9.3.2), each with `Host` and `Content-Length` where it has none. */
export function rawBytes({ url }: Pick<Target, 'url'>, requests: readonly RequestSpec[]): Uint8Array {
  return Buffer.concat(requests.map((request) => requestBytes(request, new URL(url).host)));
}

function requestBytes({ method, path, headers, body }: RequestSpec, host: string): Buffer {
  const content = Buffer.from(body ?? '');
  const has = (name: string): boolean => headers.some(([field]) => field.toLowerCase() === name);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...(has('host') ? [] : [`Host: ${host}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(content.length === 0 || has('content-length') || has('transfer-encoding')
      ? []
      : [`Content-Length: ${content.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content]);
}
