import { randomUUID } from 'node:crypto';
import { expectRefused, fail, firstFailure, pass } from '../../finding.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { inParallel } from '../../parallel.ts';
import { wronglySigned } from '../bad-credentials.ts';
import { labelled, sendControl } from '../probes.ts';
import { atLeast, judgeBound, regularFetches, watchFetches } from './fetches.ts';
import { keyStory, reach, STEADY } from './story.ts';
import { ask, type Labelled, tokenOf } from './tokens.ts';

const TOKENS = 200;
const AT_ONCE = 20;
/** Seconds; a backend that runs already may have a cool-down of minutes. */
const LONGEST_WAIT = 5;
const NONE = 'refused without a fetch of the key set';

/** What is refused for a reason that no key can mend must not cost the identity provider anything. */
export const noFetchChecks: readonly Check[] = [
  keyStory('jwks-no-fetch-malformed', STEADY, async (lab) => {
    await coolDown(lab);
    const [, payload = '', signature = ''] = (await tokenOf(lab, '')).token.split('.');
    const forms: readonly ((header: string) => readonly string[])[] = [
      (header) => [header, payload],
      (header) => [header, payload, signature, signature],
      (header) => [header, `${payload}!`, signature],
      (header) => [header, encode('not JSON'), signature],
    ];
    return judgeNoFetch(
      lab,
      many((at) => ({
        label: 'malformed token with an unknown kid',
        token: (forms[at % forms.length] ?? (() => []))(
          encode({ alg: 'RS256', typ: 'JWT', kid: randomUUID() }),
        ).join('.'),
      })),
    );
  }),
  keyStory('jwks-no-fetch-bad-alg', STEADY, async (lab) => {
    await coolDown(lab);
    const algorithms = ['none', 'HS256', 'RS384', 'PS256', 'ES256'];
    return judgeNoFetch(
      lab,
      await withHeaders(lab, (at) => ({ alg: algorithms[at % algorithms.length], kid: randomUUID() })),
    );
  }),
  keyStory('jwks-no-fetch-bad-kid-type', STEADY, async (lab) => {
    await coolDown(lab);
    const kids = [1, null, true, ['a'], { kid: 'a' }, 1.5];
    return judgeNoFetch(lab, await withHeaders(lab, (at) => ({ alg: 'RS256', kid: kids[at % kids.length] })));
  }),
  {
    id: 'jwks-no-fetch-expired-known',
    runs: 'alone',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const { owner } = lab.users;
      const faults = [{ exp: '-1h' }, { aud: 'https://another-api.example.com' }];
      const tokens = await Promise.all(
        faults.map((fault) => lab.idp.mint({ claims: { ...owner.claims, sub: owner.sub, ...fault } })),
      );
      return judgeNoFetch(
        lab,
        many((at) => ({ label: 'expired or of another audience', token: tokens[at % 2]?.token ?? '' })),
      );
    },
  },
  {
    id: 'jwks-no-fetch-bad-sig-known',
    runs: 'alone',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const token = await wronglySigned(lab, lab.users.owner);
      const { findings, fetches, elapsedMs } = await sendAll(
        lab,
        many(() => ({ label: 'wrong signature under a known kid', token })),
      );
      return firstFailure([judgeBound(lab, fetches, TOKENS, elapsedMs), ...findings]);
    },
  },
];

/** Waits until an unknown kid may lead to fetches again: before, no order of checks would show. */
async function coolDown({ cooldown = 0 }: Lab): Promise<void> {
  await reach(Date.now() + Math.min(2 * cooldown, LONGEST_WAIT) * 1000);
}

async function judgeNoFetch(lab: Lab, tokens: readonly Labelled[]): Promise<Finding> {
  const { findings, fetches, elapsedMs } = await sendAll(lab, tokens);
  const cost =
    fetches <= regularFetches(lab, elapsedMs)
      ? pass(NONE, `no fetch for ${tokens.length} tokens`)
      : fail(NONE, `${atLeast(fetches)} fetches for ${tokens.length} tokens`);
  // Every answer is judged too: what is served costs no fetch either.
  return firstFailure([cost, ...findings]);
}

async function sendAll(
  lab: Lab,
  tokens: readonly Labelled[],
): Promise<{ readonly findings: readonly Finding[]; readonly fetches: number; readonly elapsedMs: number }> {
  const started = performance.now();
  const fetched = await watchFetches(lab);
  const findings: Finding[] = [];
  await inParallel(tokens, AT_ONCE, async (token) => {
    findings.push(labelled(expectRefused(await ask(lab, token)), token.label));
  });
  return { findings, fetches: (await fetched()).length, elapsedMs: performance.now() - started };
}

function many(token: (at: number) => Labelled): readonly Labelled[] {
  return Array.from({ length: TOKENS }, (_, at) => token(at));
}

/** Tokens with headers of the check's own. The signature fits none of them, and none should ever be looked at. */
async function withHeaders(lab: Lab, header: (at: number) => object): Promise<readonly Labelled[]> {
  const [, payload, signature] = (await tokenOf(lab, '')).token.split('.');
  return many((at) => ({
    label: 'token with a bad header',
    token: [encode({ typ: 'JWT', ...header(at) }), payload, signature].join('.'),
  }));
}

function encode(content: object | string): string {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return Buffer.from(text).toString('base64url');
}
