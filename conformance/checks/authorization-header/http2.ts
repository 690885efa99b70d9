import http2 from 'node:http2';
import { fail, notApplicable, pass } from '../../finding.ts';
import type { Check, RequestSpec } from '../../model.ts';
import { sendControl } from '../probes.ts';
import { goodToken } from '../../lab.ts';

/** Fields of one connection, which HTTP/2 knows none of (RFC 9113 §8.2.2). */
const CONNECTION_FIELDS = new Set(['connection', 'host', 'keep-alive', 'transfer-encoding', 'upgrade']);

export const http2Checks: readonly Check[] = [
  {
    id: 'auth-h2-parity',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      const { settings, target, users } = lab;
      const control = await sendControl(lab, primary);
      const anonymous = lab.request(primary, {});
      const wanted = [control.response.status, (await target.send(anonymous)).response.status];

      const session = await openSession(target.url, settings.maxResponseMs);
      if (session === undefined) return notApplicable('the server offers no HTTP/2');
      try {
        const good = lab.request(primary, {
          token: await goodToken(lab.idp, users.owner),
          label: 'good token',
        });
        const seen = [await statusOver(session, good), await statusOver(session, anonymous)];
        const verdict = seen.join() === wanted.join() ? pass : fail;
        return verdict(
          `good ${wanted[0] ?? ''}, no token ${wanted[1] ?? ''}, as over HTTP/1.1`,
          `good ${seen[0] ?? ''}, no token ${seen[1] ?? ''} over HTTP/2`,
        );
      } finally {
        session.destroy();
      }
    },
  },
];

/** A session by ALPN, or by prior knowledge over plain TCP (RFC 9113 §3.2, §3.3); `undefined` where there is none to have. */
function openSession(url: string, timeoutMs: number): Promise<http2.ClientHttp2Session | undefined> {
  return new Promise((resolve) => {
    const session = http2.connect(url);
    const deadline = setTimeout(() => {
      giveUp();
    }, timeoutMs);
    const giveUp = (): void => {
      clearTimeout(deadline);
      session.destroy();
      resolve(undefined);
    };
    session.on('error', giveUp).on('close', giveUp);
    // A server that speaks HTTP/1.1 accepts the connection too; only its settings frame proves HTTP/2.
    session.once('remoteSettings', () => {
      clearTimeout(deadline);
      resolve(session);
    });
  });
}

function statusOver(
  session: http2.ClientHttp2Session,
  { method, path, headers }: RequestSpec,
): Promise<number> {
  const fields = headers.filter(([name]) => !CONNECTION_FIELDS.has(name.toLowerCase()));
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': method,
      ':path': path,
      ...Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value])),
    });
    stream.on('response', (response) => {
      resolve(response[':status'] ?? 0);
    });
    stream.on('error', reject);
    stream.resume().end();
  });
}
