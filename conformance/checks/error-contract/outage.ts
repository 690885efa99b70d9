import {
  allOf,
  expectRefused,
  fail,
  headerValues,
  notApplicable,
  observedAnswer,
  pass,
} from '../../finding.ts';
import type { Check } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { labOn } from '../lab-on.ts';
import { sendControl } from '../probes.ts';

/** What a token of an unknown key gets while the key set cannot be had. */
export const outageChecks: readonly Check[] = [
  {
    id: 'err-503-retry-after',
    runs: 'own',
    run: async (lab) => {
      const bench = await lab.bench();
      try {
        const own = labOn(lab, bench);
        const { owner } = own.users;
        const { primary } = own.operations;
        await sendControl(own, primary);
        await own.idp.fault({
          endpoint: 'jwks',
          actions: [{ kind: 'respond', status: 500, body: 'upstream broke' }],
        });
        const { token } = await own.idp.mint({
          claims: { ...owner.claims, sub: owner.sub },
          key: 'unpublished',
        });
        const exchange = await own.target.send(own.request(primary, { token, label: 'unknown key' }));
        const known = await sendControl(own, primary);
        if (exchange.response.status !== 503) {
          const refused = expectRefused(exchange, { codes: ['invalid_token', 'jwks_unavailable'] });
          return refused.outcome === 'pass'
            ? notApplicable('an unknown key is answered 401 in an outage')
            : refused;
        }
        const retryAfter = headerValues(exchange, 'retry-after').join() || 'none';
        const verdict = /^\d+$|GMT$/.test(retryAfter) ? pass : fail;
        return allOf([
          acceptedAs(own, known, owner),
          verdict(
            '503 with Retry-After',
            `${observedAnswer(exchange)}, Retry-After: ${retryAfter}`,
            exchange,
          ),
        ]);
      } finally {
        await bench[Symbol.asyncDispose]();
      }
    },
  },
];
