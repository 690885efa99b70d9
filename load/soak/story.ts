import { forgeries } from '../../mock-idp/index.ts';
import type { FaultAction, IssuerControl } from '../../mock-idp/index.ts';
import type { Generation } from './messages.ts';

/** What the issuer has gone through. */
export interface Chronicle {
  rotations: number;
  withdrawals: number;
  readonly faults: Map<string, number>;
}

export interface StoryOptions {
  /** Seconds, as the backend was told. */
  readonly cooldown: number;
  readonly cacheTtl: number;
  /** Has the load use these tokens from now on; resolves once no request bears any other. */
  readonly use: (good: readonly Generation[], bad: readonly string[]) => Promise<void>;
  readonly wait: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

const TOKENS_PER_KEY = 2000;
/** How often the issuer is asked whether the backend has come back to it. */
const RECOVERY_MS = 10_000;

const FAULTS: readonly FaultAction[] = [
  { kind: 'respond', status: 500 },
  { kind: 'hang' },
  { kind: 'reset' },
  { kind: 'drip', intervalMs: 50 },
  { kind: 'truncate' },
  { kind: 'oversized', bytes: 2 * 2 ** 20 },
  { kind: 'redirect' },
  { kind: 'invalid-json' },
  { kind: 'respond', status: 200, json: { keys: [] } },
];

/**
 * The life of an issuer, over and over until the signal: a rotation whose old key stays, an outage of one sort that
 * outlasts the TTL, the withdrawal of the oldest key. No rotation during an outage: its tokens would rightly get 503.
 */
export async function runStory(
  issuer: IssuerControl,
  chronicle: Chronicle,
  options: StoryOptions,
): Promise<void> {
  const { cooldown, cacheTtl, use, wait, signal } = options;
  const generations: { kid: string; generation: Generation }[] = [];
  const bad = await mintBad(issuer);

  const addGeneration = async (knownFrom: number): Promise<void> => {
    const [active] = (await issuer.keys()).filter(({ state }) => state === 'active');
    generations.push({ kid: active?.kid ?? '', generation: { tokens: await mintGood(issuer), knownFrom } });
  };
  const apply = (): Promise<void> =>
    use(
      generations.map(({ generation }) => generation),
      bad,
    );

  await addGeneration(0);
  await apply();
  for (let round = 0; !signal.aborted; round += 1) {
    await issuer.changeKeys({ story: 'rotate' });
    chronicle.rotations += 1;
    // Tokens with unknown kids are among the load, so the lookup of the new one may have to wait for the cool-down.
    await addGeneration(Date.now() + (cooldown + 2) * 1000 + 2000);
    await apply();
    await wait((cooldown + 2) * 1000);

    const action = FAULTS[round % FAULTS.length] ?? { kind: 'reset' };
    await issuer.fault({ endpoint: 'jwks', actions: [action] });
    chronicle.faults.set(action.kind, (chronicle.faults.get(action.kind) ?? 0) + 1);
    await wait(cacheTtl * 2 * 1000);
    await issuer.clearFaults();
    await recovered(issuer);

    if (generations.length > 2) {
      const gone = generations.shift();
      await apply();
      await issuer.changeKeys({ story: 'withdraw', kid: gone?.kid ?? '' });
      chronicle.withdrawals += 1;
    }
    await issuer.clearJournal();
  }
}

/** Until the backend has fetched a good key set again. */
async function recovered(issuer: IssuerControl): Promise<void> {
  const after = (await issuer.journal()).at(-1)?.seq ?? 0;
  await issuer.waitFor({ endpoint: 'jwks', status: 200, after, count: 1, timeoutMs: RECOVERY_MS });
}

async function mintGood(issuer: IssuerControl): Promise<readonly string[]> {
  const tokens: string[] = [];
  const each = { sub: 'user-{n}', jti: '{uuid}', exp: '+1h' };
  for await (const { token } of issuer.mintMany({ count: TOKENS_PER_KEY, each })) tokens.push(token);
  return tokens;
}

/** Every forged token that fits into a header and does not become good with time. */
async function mintBad(issuer: IssuerControl): Promise<readonly string[]> {
  const tokens: string[] = [];
  for (const { name, verdict } of forgeries) {
    if (verdict !== 'refuse' || /^(nbf|iat)-/.test(name)) continue;
    for (const { token } of await issuer.forge(name)) {
      if (/^[\x21-\x7e]{1,8000}$/.test(token)) tokens.push(token);
    }
  }
  return tokens;
}
