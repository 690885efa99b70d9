/**
 * What every contestant is asked: `GET /api/v1/me`, as it goes over the wire, with one token after the other and from the
 * first again. From one call of a generator to the next it goes on where it was.
 */
export function meRequests(url: string, tokens: readonly string[]): () => string {
  const head = `GET /api/v1/me HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAccept: */*\r\nAuthorization: Bearer `;
  let next = 0;
  return () => {
    const token = tokens[next] ?? '';
    next = (next + 1) % tokens.length;
    return `${head}${token}\r\n\r\n`;
  };
}
