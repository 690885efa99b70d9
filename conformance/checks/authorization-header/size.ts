import { allOf, expectRefused, fail, pass } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { bestOf } from '../best-of.ts';
import { acceptedAs } from '../identity.ts';
import { judgeEach, type Probe, sendControl } from '../probes.ts';

const KIB = 1024;
const TOO_LARGE = [400, 401, 413, 414, 431];

/** Tokens far larger than usual, good and bad. */
export const sizeChecks: readonly Check[] = [
  {
    id: 'auth-8k-valid',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      const { owner } = lab.users;
      await sendControl(lab, primary);
      // 150 group ids of 32 letters make a payload of about 5 KB, and so a token of about 7 KB.
      const groups = Array.from({ length: 150 }, (_, at) => `group-${String(at).padStart(26, '0')}`);
      const { token } = await lab.idp.mint({ claims: { ...owner.claims, sub: owner.sub, groups } });
      const exchange = await lab.target.send(lab.request(primary, { token, label: 'token of 7 KB' }));
      return acceptedAs(lab, exchange, owner);
    },
  },
  {
    id: 'auth-huge-garbage',
    runs: 'beside',
    run: (lab) => {
      const tokens = [16, 64, 256].map((size) => ({
        label: `${size} KiB of one letter`,
        token: 'a'.repeat(size * KIB),
      }));
      return bestOf(() => refuseInTime(lab, tokens));
    },
  },
  {
    id: 'auth-many-dots',
    runs: 'beside',
    run: (lab) => bestOf(() => refuseInTime(lab, [{ label: '10 000 dots', token: '.'.repeat(10_000) }])),
  },
];

async function refuseInTime(
  lab: Lab,
  tokens: readonly { readonly label: string; readonly token: string }[],
): Promise<Finding> {
  const { primary } = lab.operations;
  await sendControl(lab, primary);
  const probes = tokens.map(({ label, token }): Probe => ({
    label,
    request: lab.request(primary, { token, label }),
  }));
  const refused = await judgeEach(
    lab,
    probes,
    (exchange) => allOf([expectRefused(exchange, { status: TOO_LARGE }), expectInTime(lab, exchange)]),
    // A server may close while the rest of an oversized header is still on its way.
    { silenceRefuses: true },
  );
  if (refused.outcome === 'pass') await sendControl(lab, primary);
  return refused;
}

function expectInTime({ settings: { maxResponseMs } }: Lab, exchange: Exchange): Finding {
  const expected = `answered within ${maxResponseMs} ms`;
  return exchange.durationMs <= maxResponseMs
    ? pass(expected, expected, exchange)
    : fail(expected, `answered after ${Math.round(exchange.durationMs)} ms`, exchange);
}
