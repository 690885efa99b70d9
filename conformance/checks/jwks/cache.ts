import type { JournalEntry } from '../../../mock-idp/index.ts';
import { fail, NotTestable, observedAnswer, pass } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { inParallel } from '../../parallel.ts';
import { isSuccess, sendControl } from '../probes.ts';
import { atLeast, provokeFetch, watchFetches } from './fetches.ts';
import { keyStory, retry, STEADY } from './story.ts';
import { ask, type Labelled, otherKid, tokenOf, unknownToken } from './tokens.ts';

const REQUESTS = 500;
const USERS = 200;
const AT_ONCE = 50;
const KEPT = 'more than 99 in 100 good requests without a fetch of the key set';

/** What good tokens cost the identity provider once the keys are there. */
export const cacheChecks: readonly Check[] = [
  {
    id: 'jwks-warm-hit-rate',
    runs: 'alone',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      return judgeHitRate(lab, Array<Labelled>(REQUESTS).fill(await tokenOf(lab, 'good token')));
    },
  },
  {
    id: 'jwks-hit-rate-many-users',
    runs: 'alone',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const tokens = await Promise.all(Array.from({ length: USERS }, (_, at) => tokenOfUser(lab, at)));
      const [first] = tokens;
      const stranger = first && (await ask(lab, first));
      if (stranger === undefined || !isSuccess(stranger)) {
        throw new NotTestable('the API serves only users it knows, so there is no crowd of them to send');
      }
      return judgeHitRate(lab, tokens);
    },
  },
  {
    id: 'jwks-hit-rate-two-kids',
    runs: 'alone',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const pair = [
        await tokenOf(lab, 'token of the first key'),
        await tokenOf(lab, 'token of the second key', await otherKid(lab)),
      ];
      // The second key may be one that the backend has yet to see.
      for (const token of pair) await retry(lab.settings.rotationVisible, () => ask(lab, token), isSuccess);
      return judgeHitRate(
        lab,
        Array.from({ length: USERS }, (_, at) => pair[at % 2] as Labelled),
      );
    },
  },
  {
    id: 'jwks-no-rest-calls',
    runs: 'alone',
    run: async (lab) => {
      const after = (await lab.idp.journal()).at(-1)?.seq ?? 0;
      await sendControl(lab, lab.operations.primary, lab.users.owner);
      await sendControl(lab, lab.operations.primary, lab.users.other);
      await ask(lab, await unknownToken(lab));
      const calls = await lab.idp.journal({ after });
      const other = calls.find(({ endpoint }) => endpoint !== 'jwks' && endpoint !== 'discovery');
      const expected = 'no request to the identity provider but for its key set';
      return other === undefined
        ? pass(expected, 'no other request')
        : fail(expected, `${other.method} ${other.path} (${other.endpoint})`);
    },
  },
  keyStory('jwks-request-hygiene', STEADY, async (lab) => {
    await provokeFetch(lab);
    const requests = await lab.idp.journal({ endpoint: 'jwks' });
    const [fault] = requests.flatMap(impurities);
    const expected = 'the key set asked for with a plain GET that bears nothing of a token';
    return fault === undefined ? pass(expected, 'so it was') : fail(expected, fault);
  }),
];

/** What a request for public keys must not bear. The journal shows credentials as redacted, and so that they were there. */
function impurities({ method, path, headers }: JournalEntry): readonly string[] {
  const secret = Object.entries(headers).filter(
    ([name, value]) => /^(proxy-)?authorization$|^cookie$/.test(name) || value.includes('[redacted]'),
  );
  return [
    ...(method === 'GET' ? [] : [`asked for with ${method}`]),
    ...(path.includes('?') || path.includes('[redacted]')
      ? [`asked for as ${path.split('?')[0] ?? ''} with a query or a token in it`]
      : []),
    ...secret.map(([name]) => `asked for with ${name}`),
  ];
}

async function tokenOfUser({ idp, users: { owner } }: Lab, at: number): Promise<Labelled> {
  const { token } = await idp.mint({ claims: { ...owner.claims, sub: `gateproof-user-${at}` } });
  return { label: 'good token of one of many users', token };
}

/** Sends the good tokens, so many at a time, and judges that all are served and next to none costs a fetch. */
async function judgeHitRate(lab: Lab, tokens: readonly Labelled[]): Promise<Finding> {
  const fetched = await watchFetches(lab);
  const answers: Exchange[] = [];
  await inParallel(tokens, AT_ONCE, async (token) => {
    answers.push(await ask(lab, token));
  });
  const fetches = (await fetched()).length;
  const refused = answers.find((exchange) => !isSuccess(exchange));
  if (refused) return fail(KEPT, `a good token was ${observedAnswer(refused)}`, refused);
  // Each replica may happen to refresh its own cache meanwhile.
  const allowed = Math.max(lab.settings.replicas, Math.ceil(tokens.length / 100) - 1);
  return fetches <= allowed
    ? pass(KEPT, `so it was in ${tokens.length} requests`)
    : fail(KEPT, `${atLeast(fetches)} fetches in ${tokens.length} requests`);
}
