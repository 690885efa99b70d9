import { setTimeout as pause } from 'node:timers/promises';
import { fail, NotTestable, pass } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { inParallel } from '../../parallel.ts';
import { isSuccess } from '../probes.ts';
import { expectExpired } from './expired.ts';

/** How long the token of the story has to live when it is made, the leeway included. In seconds. */
const LIFE = 2;
/** The clock of the backend may differ from ours by so many seconds; the runner has seen to it that it is no more. */
const SKEW = 2;
/** Seconds after which waiting for an expiry would hold up the run. */
const LONGEST = 20;
const POLL_MS = 50;
/** Refusals in a row after which nothing is expected to come back. */
const REFUSALS = 10;

/** A good token that expires while it is in use. */
export const expiryChecks: readonly Check[] = [
  {
    id: 'exp-crossing-cache',
    runs: 'beside',
    waits: true,
    run: async (lab) => {
      const { token, endsAt } = await shortLivedToken(lab);
      const expected = 'accepted until it expires, then refused as expired and never accepted again';
      const refusals: Finding[] = [];
      while (refusals.length < REFUSALS) {
        const exchange = await send(lab, token);
        const now = Date.now();
        if (!isSuccess(exchange)) refusals.push(expectExpired(lab, exchange));
        else if (refusals.length > 0) return fail(expected, 'accepted again after it was refused', exchange);
        else if (now > endsAt + SKEW * 1000) return fail(expected, 'still accepted after that', exchange);
        await pause(POLL_MS);
      }
      const wrong = refusals.find(({ outcome }) => outcome !== 'pass');
      return wrong ?? pass(expected, 'so it was', refusals[0]?.exchange);
    },
  },
  {
    id: 'vcache-exp',
    runs: 'beside',
    waits: true,
    run: async (lab) => {
      const { token, endsAt } = await shortLivedToken(lab);
      await inParallel(Array<undefined>(20).fill(undefined), 10, async () => {
        await send(lab, token);
      });
      // Not used in between, so that only the cache can remember it.
      await pause(Math.max(0, endsAt + SKEW * 1000 - Date.now()));
      return expectExpired(lab, await send(lab, token));
    },
  },
];

interface ShortLived {
  readonly token: string;
  /** When it must have expired by the declared leeway, in milliseconds since the epoch. */
  readonly endsAt: number;
}

/**
 * A token of the owner that the API accepts, and that expires soon. It has expired already but for the leeway, where the
 * API has as much of it as it declares.
 *
 * @throws NotTestable where no such token is accepted
 */
async function shortLivedToken(lab: Lab): Promise<ShortLived> {
  const { leeway } = lab.settings;
  const { owner } = lab.users;
  for (const seconds of [LIFE - leeway, LIFE]) {
    if (seconds + leeway > LONGEST) break;
    const exp = `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}s`;
    const { token, claims } = await lab.idp.mint({ claims: { ...owner.claims, sub: owner.sub, exp } });
    if (isSuccess(await send(lab, token))) {
      return { token, endsAt: (Number(claims['exp']) + leeway) * 1000 };
    }
  }
  throw new NotTestable(
    `no token that expires within ${LONGEST} s, the leeway of ${leeway} s included, is accepted at first`,
  );
}

function send(lab: Lab, token: string): Promise<Exchange> {
  return lab.target.send(lab.request(lab.operations.primary, { token, label: 'token about to expire' }));
}
