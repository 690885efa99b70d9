import { randomBytes } from 'node:crypto';
import { allOf, expectRefused } from '../../finding.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { bestOf } from '../best-of.ts';
import { labOn } from '../lab-on.ts';
import { sendControl } from '../probes.ts';
import { inMs, judgeMeasured } from './timing.ts';

const KID = 'gateproof-16384';
const BYTES = 16_384 / 8;

/** A key so large that checking with it is slow. Nobody has its private half, for none is needed. */
export const bigKeyChecks: readonly Check[] = [
  { id: 'perf-big-key-bounded', runs: 'own', run: (lab) => bestOf(() => measureBigKey(lab)) },
];

async function measureBigKey(lab: Lab): Promise<Finding> {
  const modulus = randomBytes(BYTES);
  modulus.writeUInt8(modulus.readUInt8(0) | 0x80, 0);
  modulus.writeUInt8(modulus.readUInt8(BYTES - 1) | 1, BYTES - 1);
  const key = {
    kty: 'RSA',
    kid: KID,
    use: 'sig',
    alg: 'RS256',
    n: modulus.toString('base64url'),
    e: 'AQAB',
  };
  const bench = await lab.bench({
    prepare: async (idp) => {
      await idp.changeKeys({ story: 'decoys', keys: [key] });
    },
  });
  try {
    const own = labOn(lab, bench);
    const { owner } = own.users;
    await sendControl(own, own.operations.primary);
    const { token } = await own.idp.mint({
      claims: { ...owner.claims, sub: owner.sub },
      header: { kid: KID },
    });
    const [header = '', payload = ''] = token.split('.');
    // Below the modulus, or the check would end before its costly part.
    const signature = randomBytes(BYTES);
    signature.writeUInt8(0, 0);
    const forged = [header, payload, signature.toString('base64url')].join('.');
    const exchange = await own.target.send(
      own.request(own.operations.primary, { token: forged, label: 'token of a 16384-bit key' }),
    );
    const { maxResponseMs } = own.settings;
    return allOf([
      expectRefused(exchange, { codes: ['invalid_token'] }),
      judgeMeasured(
        exchange.durationMs <= maxResponseMs,
        `refused within ${maxResponseMs} ms`,
        `refused after ${inMs(exchange.durationMs)}`,
        exchange,
      ),
      acceptedAs(own, await sendControl(own, own.operations.primary), owner),
    ]);
  } finally {
    await bench[Symbol.asyncDispose]();
  }
}
