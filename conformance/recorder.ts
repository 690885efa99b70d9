import type { IssuerControl, JournalEntry } from '../mock-idp/index.ts';
import type { Area } from '../spec/index.ts';
import type { Exchange, RequestSpec, Target } from './model.ts';
import { createRecipes, type Recipes } from './recipes.ts';

/** Who has an exchange. */
export interface Witness {
  /** Id of the check, or `control`. */
  readonly check: string;
  readonly area: Area | undefined;
  /** Whether it went to a bench of the check's own, where outages are part of the story. */
  readonly own: boolean;
}

export interface RecordedExchange extends Exchange, Witness {
  /** Whether the check wrote the bytes itself, so that the HTTP server may have refused them before the API saw them. */
  readonly raw: boolean;
}

/** Remembers every exchange of a run, and which issuers its backends trusted. */
export interface Recorder {
  readonly exchanges: readonly RecordedExchange[];
  /** How the tokens of the run were made. */
  readonly recipes: Recipes;
  /** The same target, with every exchange recorded. */
  watch(target: Target, witness: Witness): Target;
  /** From the journal entry `after` on, what this issuer is asked is evidence too. */
  trust(idp: IssuerControl, after: number): void;
  /** What the backends asked of their issuers so far. */
  calls(): Promise<readonly JournalEntry[]>;
}

export function createRecorder(): Recorder {
  const exchanges: RecordedExchange[] = [];
  const issuers = new Map<IssuerControl, number>();
  const recipes = createRecipes();
  const repeatable = (
    exchange: Exchange,
    secrets: RequestSpec['secrets'],
    raw: boolean,
    story: boolean,
  ): Exchange => {
    const tokens = secrets.map(({ value, label }) => {
      const make = recipes.of(value);
      return { label, ...(make && { make }) };
    });
    return { ...exchange, repeat: { tokens, raw, story } };
  };
  return {
    exchanges,
    recipes,
    watch: (target, witness) => ({
      url: target.url,
      send: async (request) => {
        const answer = await target.send(request);
        const exchange = repeatable(answer, request.secrets, false, witness.own);
        exchanges.push({ ...exchange, ...witness, raw: false });
        return exchange;
      },
      sendRaw: async (bytes, options) => {
        const received = await target.sendRaw(bytes, options);
        const answers = received.map((answer) => repeatable(answer, options.secrets, true, witness.own));
        exchanges.push(...answers.map((exchange) => ({ ...exchange, ...witness, raw: true })));
        return answers;
      },
    }),
    trust: (idp, after) => {
      issuers.set(idp, after);
    },
    calls: async () => {
      const journals = [...issuers].map(([idp, after]) => idp.journal({ after }));
      return (await Promise.all(journals)).flat();
    },
  };
}
