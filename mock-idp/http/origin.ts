import type { IncomingMessage } from 'node:http';

/**
 * Where a client reached the server, without a trailing slash: by `Host`, and by `X-Forwarded-Host`, `-Proto` and
 * `-Port` where a proxy is between. Nothing where they name no place, for what they say ends up in tokens.
 */
export function originOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const forwarded = (name: string): string | undefined => {
    const value = headers[`x-forwarded-${name}`];
    // Each proxy appends its own; the first one is the client's.
    return (Array.isArray(value) ? value[0] : value)?.split(',')[0]?.trim();
  };
  const host = forwarded('host') ?? headers.host ?? '';
  const scheme = forwarded('proto')?.toLowerCase() ?? 'http';
  const port = forwarded('port');
  if (!/^[a-z\d._~[\]:-]+$/iu.test(host) || !/^https?$/u.test(scheme)) return undefined;
  const text = `${scheme}://${host}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (port !== undefined && /^\d{1,5}$/u.test(port)) url.port = port;
  return url.origin;
}
