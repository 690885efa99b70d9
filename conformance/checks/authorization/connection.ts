import { allOf, expectRefused, fail, observedAnswer, pass } from '../../finding.ts';
import { goodToken, ownerIdOf } from '../../lab.ts';
import type { Check } from '../../model.ts';
import { rawBytes } from '../raw-bytes.ts';
import { isSuccess, sendAs, sendControl, withHeaders } from '../probes.ts';
import { acceptedAs } from '../identity.ts';
import { ownerPath } from './owner-path.ts';
import { notApplicable } from '../../finding.ts';
import { TargetError } from '../../http/index.ts';

/** Tricks with the connection, and the one odd path that is the caller's own. */
export const connectionChecks: readonly Check[] = [
  {
    id: 'path-encoded-own',
    runs: 'beside',
    run: async (lab) => {
      const { ownedRead, ownedCreate } = lab.operations;
      if (ownedRead === undefined)
        return notApplicable('the contract has no read whose path names its owner');
      const { owner } = lab.users;
      const id = ownerIdOf(ownedRead, owner);
      const encoded = `%${Buffer.from(id.charAt(0)).toString('hex')}${encodeURIComponent(id.slice(1))}`;
      const token = await goodToken(lab.idp, owner);
      const findings = [];
      for (const sample of [ownedRead, ownedCreate].filter((one) => one !== undefined)) {
        await sendControl(lab, sample, owner);
        const request = lab.request(sample, { as: owner, token, label: 'good token' });
        const exchange = await lab.target.send({ ...request, path: ownerPath(lab, sample, encoded) });
        const served = isSuccess(exchange);
        findings.push(
          served
            ? acceptedAs(lab, exchange, owner)
            : expectRefused(exchange, { status: 404, codes: [], expected: 'served, or answered 404' }),
        );
      }
      return allOf(findings);
    },
  },
  {
    id: 'websocket-upgrade',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const request = withHeaders(lab.request(primary, {}), [
        ['Connection', 'Upgrade'],
        ['Upgrade', 'websocket'],
        ['Sec-WebSocket-Version', '13'],
        ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
      ]);
      return expectRefused(await lab.target.send(request), {
        status: [400, 401, 403, 404, 405, 426],
        codes: [],
      });
    },
  },
  {
    id: 'smuggling-cl-te',
    runs: 'beside',
    run: async (lab) => {
      const { primary, ownedCreate } = lab.operations;
      await sendAs(lab, primary, lab.users.owner);
      const token = await goodToken(lab.idp, lab.users.owner);
      const hidden = lab.request(primary, { token, label: 'good token' });
      const inner = Buffer.from(rawBytes(lab.target, [hidden])).toString('latin1');
      const outer = withHeaders({ ...lab.request(ownedCreate ?? primary, {}), method: 'POST' }, [
        ['Content-Length', String(inner.length + 5)],
        ['Transfer-Encoding', 'chunked'],
      ]);
      const bytes = rawBytes(lab.target, [{ ...outer, body: `0\r\n\r\n${inner}` }]);
      const expected = 'refused with one answer and the connection closed';
      try {
        const answers = await lab.target.sendRaw(bytes, { answers: 2, secrets: hidden.secrets });
        const [first, second] = answers;
        if (first === undefined) throw new TargetError('closed', 'no answer');
        if (second !== undefined) {
          return fail(
            expected,
            `the request hidden in the body was answered too: ${observedAnswer(second)}`,
            second,
          );
        }
        const { status } = first.response;
        const verdict = status >= 400 && status < 500 ? pass : fail;
        return verdict(expected, `${observedAnswer(first)}, once`, first);
      } catch (error) {
        if (error instanceof TargetError && error.code === 'closed') {
          return pass(expected, 'the connection was closed without an answer');
        }
        throw error;
      }
    },
  },
];
