import { verify as verifySignature } from 'node:crypto';
import { startMockIdp } from '../../mock-idp/index.ts';
import { prove } from './contestant.ts';
import type { Contestant } from './contestant.ts';
import { benchOptions, print, printTable, writeFigures } from './report.ts';
import { measureInRounds } from './rounds.ts';
import type { Subject } from './rounds.ts';
import { createTokenSet, freshCopies } from './tokens.ts';
import type { TokenSet } from './tokens.ts';
import { cachingVerifiers, coldVerifiers } from './verifiers.ts';

/** `npm run bench`: what a verification and a refusal cost, beside the bare signature check and the peers. */

const TOKENS = 10_000;
/** Refusals that are measured: two that need no signature check, and two that do. */
const DEFECTS = ['alg-none', 'iss-wrong', 'jws-sig-bitflip-last', 'exp-past'];

const { json, rounds } = benchOptions(21);
const idp = await startMockIdp();
const tokens = await createTokenSet(idp, TOKENS).finally(() => idp.close());
const cold = await coldVerifiers(tokens);
const caching = await cachingVerifiers(tokens);
await prove([...cold, ...caching], tokens);
// A token is in a cache from the second time on.
for (let times = 0; times < 2; times += 1) {
  for (const { verify } of caching) for (const token of tokens.good) await verify(token);
}

const measured = await measureInRounds(
  [
    rawVerification(tokens),
    ...[...cold, ...caching].map((contestant) => accepting(contestant, tokens)),
    ...cold.flatMap((contestant) => DEFECTS.map((defect) => refusing(contestant, defect, tokens))),
  ],
  { rounds, sliceMs: 20 },
);

print(
  `${TOKENS} tokens in rotation, RS256, 2048 bits; Node ${process.version}; processor time, medians of ${rounds} rounds`,
);
printTable([
  ['', 'µs', 'fastest to slowest round', 'verifications per second', 'crypto.verify = 1'],
  ...measured.map(({ name, ns, range, ratio }) => [
    name,
    (ns / 1000).toFixed(2),
    range.map((bound) => (bound / 1000).toFixed(2)).join(' to '),
    Math.round(1e9 / ns).toLocaleString('en'),
    (1 / ratio).toFixed(2),
  ]),
]);
await writeFigures(json, { bench: 'library', tokens: TOKENS, rounds, measured });

/** The least that any verifier must do: one signature check, on bytes that are there already. */
function rawVerification({ good, publicKey }: TokenSet): Subject {
  const signed = good.map((token) => {
    const end = token.lastIndexOf('.');
    const signature = Buffer.from(token.slice(end + 1), 'base64url');
    return { input: Buffer.from(token.slice(0, end)), signature };
  });
  // Unused here; made so that what it costs to bring the token is in every figure alike.
  const fresh = freshCopies(good);
  let next = 0;
  const run = (): boolean => {
    fresh();
    const { input, signature } = signed[next] as (typeof signed)[number];
    next = next + 1 === signed.length ? 0 : next + 1;
    return verifySignature('sha256', input, publicKey, signature);
  };
  return { name: 'crypto.verify', run };
}

function accepting({ name, verify }: Contestant, { good }: TokenSet): Subject {
  const fresh = freshCopies(good);
  return { name, run: () => verify(fresh()) };
}

function refusing({ name, verify, refuses }: Contestant, defect: string, { bad }: TokenSet): Subject {
  const fresh = freshCopies([bad.get(defect) ?? '']);
  if (refuses !== undefined) return { name: `${name}, refusing ${defect}`, run: () => refuses(fresh()) };
  const refused = (): undefined => undefined;
  const run = (): unknown => {
    try {
      const pending = verify(fresh());
      return pending instanceof Promise ? pending.catch(refused) : pending;
    } catch {
      return undefined;
    }
  };
  return { name: `${name}, refusing ${defect}`, run };
}
