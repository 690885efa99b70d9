import { expectRefused, fail, NotTestable, notApplicable } from '../../finding.ts';
import type { IssuerControl } from '../../../mock-idp/index.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { respond } from './faults.ts';
import { atStart, judgeKeyless } from './starting.ts';
import { ask, tokenOf } from './tokens.ts';
import { startUntrustedServer } from './untrusted-server.ts';

const DEGRADED = { JWKS_STARTUP: 'degraded', JWKS_TIMEOUT: '1' };
const IGNORED = 'the backend does not take its keys from BETTER_AUTH_JWKS_URL';

/** Places that keys must not be taken from, and one that is not there. */
export const keySourceChecks: readonly Check[] = [
  { id: 'jwks-tls-untrusted', runs: 'own', run: untrusted },
  {
    id: 'disco-issuer-mismatch',
    runs: 'own',
    run: async (lab) => {
      const none = 'the backend uses no discovery document';
      if ((await lab.idp.journal({ endpoint: 'discovery' })).length === 0) return notApplicable(none);
      const prepare = (idp: IssuerControl): Promise<void> =>
        idp.fault({ endpoint: 'discovery', actions: [respond(200, strangeMetadata(lab, idp))] });
      return atStart(lab, { env: DEGRADED, prepare }, async (own, bench) => {
        if ((await own.idp.journal({ endpoint: 'discovery' })).length === 0) return notApplicable(none);
        return judgeKeyless(own, bench);
      });
    },
  },
  {
    id: 'out-dns-fail',
    runs: 'own',
    run: (lab) =>
      // RFC 6761 §6.4: no name below `invalid` ever has an address.
      atStart(
        lab,
        { env: { ...DEGRADED, BETTER_AUTH_JWKS_URL: 'http://jwks.gateproof.invalid/jwks.json' } },
        async (own, bench) => {
          if ((await own.idp.journal({ endpoint: 'jwks' })).length > 0) throw new NotTestable(IGNORED);
          return judgeKeyless(own, bench);
        },
      ),
  },
];

async function untrusted(lab: Lab): Promise<Finding> {
  let issuer = lab.idp;
  const server = await startUntrustedServer(async () => {
    const keys = await issuer.keys();
    return JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) });
  });
  try {
    const options = {
      env: { ...DEGRADED, BETTER_AUTH_JWKS_URL: server.url },
      prepare: (idp: IssuerControl): Promise<void> => {
        issuer = idp;
        return Promise.resolve();
      },
    };
    return await atStart(lab, options, async (own, bench) => {
      const ended = bench.exitCode() !== undefined;
      // A backend that fetches its keys with the first token has not connected before.
      const answer = ended ? undefined : await ask(own, await tokenOf(own, 'good token'));
      if (server.connections() === 0) throw new NotTestable(IGNORED);
      if (server.requests() > 0) {
        return fail('no request to a server nobody vouches for', 'asked it for the key set');
      }
      if (answer === undefined) return judgeKeyless(own, bench);
      return expectRefused(answer, { status: [401, 503], codes: [] });
    });
  } finally {
    await server[Symbol.asyncDispose]();
  }
}

/** Right in everything but whose document it is. */
function strangeMetadata({ attacker }: Lab, { jwksUrl }: IssuerControl): string {
  return JSON.stringify({ issuer: attacker.issuer, jwks_uri: jwksUrl });
}
