import { verify as verifySignature } from 'node:crypto';
import { prove, type Contestant } from './contestant.ts';
import { measureInRounds, type Subject } from './rounds.ts';
import { createTokenSet, freshCopies, type TokenSet } from './tokens.ts';
import { cachingVerifiers, coldVerifiers } from './verifiers.ts';

const TOKENS = 10_000;
const tokens = await createTokenSet(TOKENS);
const cold = await coldVerifiers(tokens);
const caching = await cachingVerifiers(tokens);
await prove([...cold, ...caching], tokens);

const subjects: Subject[] = [
  rawVerification(tokens),
  ...[...cold, ...caching].map(({ name, verify }) => accepting(name, verify, tokens)),
  ...cold.flatMap(({ name, verify }) => ['alg-none', 'iss-wrong', 'jws-sig-bitflip-first', 'exp-past'].map((defect) => refusing(`${name}: ${defect}`, verify, tokens.bad.get(defect) ?? ''))),
];
const measured = await measureInRounds(subjects, { rounds: Number(process.argv[2] ?? 9), sliceMs: 40 });
for (const { name, ns, ratio, range } of measured) process.stdout.write(`${name.padEnd(40)} ${(ns / 1000).toFixed(2).padStart(9)} µs  x${ratio.toFixed(3)} raw/it ${(1 / ratio).toFixed(3)} [${range.map((n) => (n / 1000).toFixed(2)).join(' ')}]\n`);

function rawVerification({ good, publicKey }: TokenSet): Subject {
  const parts = good.map((token) => {
    const end = token.lastIndexOf('.');
    return { input: Buffer.from(token.slice(0, end)), signature: Buffer.from(token.slice(end + 1), 'base64url') };
  });
  let next = 0;
  return { name: 'crypto.verify', run: () => {
    const { input, signature } = parts[next] as (typeof parts)[number];
    next = next + 1 === parts.length ? 0 : next + 1;
    return verifySignature('sha256', input, publicKey, signature);
  } };
}
function accepting(name: string, verify: Contestant['verify'], { good }: TokenSet): Subject {
  const next = freshCopies(good);
  return { name, run: () => verify(next()) };
}
function refusing(name: string, verify: Contestant['verify'], token: string): Subject {
  const next = freshCopies([token]);
  return { name, run: () => {
    try {
      const r = verify(next());
      return r instanceof Promise ? r.catch(() => undefined) : r;
    } catch { return undefined; }
  } };
}
