import type { TokenSet } from './tokens.ts';

/** A way to verify a token. */
export interface Contestant {
  readonly name: string;
  /** Returns or resolves where the token is good, throws or rejects where it is not. */
  readonly verify: (token: string) => unknown;
  /** How its own middleware asks, where that throws nothing for a bad token. */
  readonly refuses?: (token: string) => boolean;
}

/**
 * What measures a refusal as if it were a verification measures nothing: every contestant shows first that it accepts
 * good tokens and refuses each bad one.
 * @throws Error naming the contestant and the token it got wrong
 */
export async function prove(contestants: readonly Contestant[], { good, bad }: TokenSet): Promise<void> {
  for (const { name, verify, refuses } of contestants) {
    // Twice, since a second look may be answered from a cache.
    for (const token of [...good.slice(0, 2), ...good.slice(0, 2)]) {
      const refusal = await refusalOf(verify, token);
      if (refusal !== undefined) throw new Error(`${name} refuses a good token: ${refusal}`);
    }
    for (const [defect, token] of bad) {
      if ((await refusalOf(verify, token)) === undefined || refuses?.(token) === false)
        throw new Error(`${name} accepts the token ${defect}.`);
    }
  }
}

/** The reason in words; nothing where the token is accepted. */
async function refusalOf(verify: Contestant['verify'], token: string): Promise<string | undefined> {
  try {
    await verify(token);
    return undefined;
  } catch (error) {
    return String(error);
  }
}
