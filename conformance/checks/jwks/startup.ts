import type { FaultAction } from '../../../mock-idp/index.ts';
import { allOf, expectRefused, fail, notApplicable, pass } from '../../finding.ts';
import type { Check, Finding } from '../../model.ts';
import { labelled } from '../probes.ts';
import { burstUntilServed, judgeCrowd } from './crowd.ts';
import { BROKEN, breakKeySet, EMPTY, respond } from './faults.ts';
import { atStart, judgeKeyless } from './starting.ts';
import { ask, tokenOf, unknownToken } from './tokens.ts';
import { expectVisible } from './visibility.ts';

const DEGRADED = { JWKS_STARTUP: 'degraded' };
const CROWD = 50;

/** What a backend makes of its key set before it serves anybody. */
export const startupChecks: readonly Check[] = [
  {
    id: 'jwks-startup-ok',
    runs: 'own',
    run: (lab) =>
      atStart(lab, { until: 'ready' }, async ({ idp }) => {
        const [first] = await idp.journal({ endpoint: 'jwks' });
        const expected = 'the key set fetched before the backend is ready, as JSON';
        if (first === undefined) return fail(expected, 'ready without having asked for it');
        const accept = first.headers['accept'];
        const json = accept === undefined || /json|\*\/\*|application\/\*/.test(accept);
        return json ? pass(expected, 'fetched') : fail(expected, `fetched with Accept: ${accept}`);
      }),
  },
  withoutKeys('jwks-startup-down', { 'a status of 500': BROKEN, 'a reset connection': { kind: 'reset' } }),
  withoutKeys('jwks-startup-malformed', {
    'an HTML page': respond(200, '<html><body>Sign in</body></html>', { 'content-type': 'text/html' }),
    'a bare array': respond(200, '[]'),
    'keys that are no array': respond(200, '{"keys":{}}'),
  }),
  withoutKeys('jwks-startup-empty', { 'an empty key set': EMPTY }),
  {
    id: 'jwks-startup-unusable',
    runs: 'own',
    run: (lab) =>
      atStart(
        lab,
        {
          env: DEGRADED,
          prepare: async (idp) => {
            await idp.changeKeys({ story: 'edit', members: { use: 'enc', alg: 'RSA-OAEP' } });
          },
        },
        judgeKeyless,
      ),
  },
  {
    id: 'jwks-startup-recovers',
    runs: 'own',
    run: (lab) =>
      atStart(
        lab,
        { env: DEGRADED, cooldown: 1, prepare: (idp) => breakKeySet({ idp }, BROKEN) },
        async (own, bench) => {
          if (bench.exitCode() !== undefined) return notApplicable('it refuses to start without a key set');
          await own.idp.clearFaults();
          return expectVisible(own, await tokenOf(own, 'good token after the outage'));
        },
      ),
  },
  {
    id: 'out-cold',
    runs: 'own',
    run: (lab) =>
      atStart(lab, { env: DEGRADED, prepare: (idp) => breakKeySet({ idp }, BROKEN) }, async (own, bench) => {
        if (bench.exitCode() !== undefined) return notApplicable('it refuses to start without a key set');
        const good = await tokenOf(own, 'good token');
        const forged = await unknownToken(own);
        const unavailable = { status: 503, codes: ['jwks_unavailable'] };
        return allOf([
          labelled(expectRefused(await ask(own, good), unavailable), good.label),
          labelled(expectRefused(await ask(own, forged), { status: [401, 503], codes: [] }), forged.label),
        ]);
      }),
  },
  {
    id: 'jwks-cold-single-flight',
    runs: 'own',
    run: (lab) =>
      atStart(
        lab,
        {
          env: DEGRADED,
          cooldown: 1,
          // Fails once, so that the backend is up without keys, and is slow after that, so that many wait at a time.
          prepare: (idp) => breakKeySet({ idp }, BROKEN, { kind: 'delay', ms: 300 }),
        },
        async (own, bench) => {
          if (bench.exitCode() !== undefined) {
            return notApplicable(
              'it refuses to start without a key set, so it never serves with a cold cache',
            );
          }
          const token = await tokenOf(own, 'good token');
          const { burst } = await burstUntilServed(own, Array<typeof token>(CROWD).fill(token));
          // Those who came while it waited to try again.
          return judgeCrowd(own, burst, [503]);
        },
      ),
  },
];

/** Judges a backend that is started with each of these answers in place of a key set. */
function withoutKeys(id: string, faults: Readonly<Record<string, FaultAction>>): Check {
  return {
    id,
    runs: 'own',
    run: async (lab) => {
      const starts = Object.entries(faults).map(async ([name, fault]): Promise<Finding> => {
        const prepare = (idp: typeof lab.idp): Promise<void> => breakKeySet({ idp }, fault);
        return labelled(await atStart(lab, { env: DEGRADED, prepare }, judgeKeyless), `with ${name}`);
      });
      // None may still be running when the check is over.
      await Promise.allSettled(starts);
      return allOf(await Promise.all(starts));
    },
  };
}
