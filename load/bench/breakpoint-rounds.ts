import { load } from './closed-model.ts';
import { highestRate } from './highest-rate.ts';
import type { HighestRate } from './highest-rate.ts';
import { meRequests } from './me-requests.ts';
import { brokenBy, offer } from './open-model.ts';
import type { OfferOptions } from './open-model.ts';

export interface Contender {
  readonly name: string;
  readonly url: string;
  /** It looks at no token, so that all are alike to it. */
  readonly blind?: boolean;
}

export const KINDS = ['cold', 'repeated'] as const;
type Kind = (typeof KINDS)[number];
/** Requests per second, a figure per round. */
type Rates = Readonly<Record<Kind, readonly number[]>>;

export interface RoundOptions {
  readonly rounds: number;
  readonly kinds: readonly Kind[];
  /** A rate is held where p99 stays below so many milliseconds. */
  readonly limitMs: number;
  readonly step: Omit<OfferOptions, 'rate'>;
  /** Distinct tokens, and how many of them make the repeated set. */
  readonly good: readonly string[];
  readonly repeated: number;
  readonly onTurn: (contender: Contender, kind: Kind, highest: HighestRate) => void;
}

const FIRST_WARM_UP = { connections: 32, seconds: 2 };
/** A server that rested while the others had their turns has to find its pace again. */
const WARM_UP = { connections: 32, seconds: 0.5 };
/** Where a search begins: a share of what full load came to in the warm-up, or of what was held in the round before. */
const FIRST = 0.7;
const NEAR = 0.9;
/** Requests per second to begin with where nothing is known. */
const LEAST = 100;

/** Looks for the highest rate of each contender in turn, round after round. */
export async function measureRounds(
  contenders: readonly Contender[],
  { rounds, kinds, limitMs, step, good, repeated, onTurn }: RoundOptions,
): Promise<readonly Rates[]> {
  const again = good.slice(0, repeated);
  const turns: Turns[] = [];
  for (const { url, blind = false } of contenders) {
    const turn = async (tokens: readonly string[]): Promise<Turn> => {
      const start = (await warmUp(url, tokens, FIRST_WARM_UP)) * FIRST;
      return { next: meRequests(url, tokens), start, rates: [] };
    };
    const own: Turns = {};
    for (const kind of blind ? kinds.slice(0, 1) : kinds)
      own[kind] = await turn(kind === 'cold' ? good : again);
    turns.push(own);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      for (const [kind, turn] of Object.entries(turns[index] ?? {}) as [Kind, Turn][]) {
        await warmUp(contender.url, again, WARM_UP);
        const attempt = async (rate: number): Promise<string | undefined> =>
          brokenBy(await offer(contender.url, turn.next, { ...step, rate }), limitMs);
        const highest = await highestRate(attempt, turn);
        turn.rates.push(highest.rate);
        turn.start = Math.max(1, highest.rate * NEAR);
        onTurn(contender, kind, highest);
      }
    }
  }
  return turns.map(({ cold, repeated }, index) => {
    const alike = contenders[index]?.blind === true ? (cold ?? repeated) : undefined;
    return { cold: (alike ?? cold)?.rates ?? [], repeated: (alike ?? repeated)?.rates ?? [] };
  });
}

/** Requests per second under full load. One that fails there is not over: it may well hold a lower rate. */
async function warmUp(url: string, tokens: readonly string[], full: typeof WARM_UP): Promise<number> {
  try {
    return (await load(url, meRequests(url, tokens), full)).requestsPerSecond;
  } catch {
    return LEAST;
  }
}

type Turns = Partial<Record<Kind, Turn>>;

interface Turn {
  readonly next: () => string;
  start: number;
  readonly rates: number[];
}
