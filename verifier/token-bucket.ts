/** Lets `capacity` events through at once and then one per `intervalMs`. */
export interface TokenBucket {
  /** Whether one more event may happen now. */
  take(): boolean;
}

export function createTokenBucket(capacity: number, intervalMs: number, now: () => number): TokenBucket {
  let tokens = capacity;
  let refilledAt = now();
  return {
    take() {
      const time = now();
      // A clock set back must not stop the refill for as long as it went back.
      if (time < refilledAt) refilledAt = time;
      const refills = Math.floor((time - refilledAt) / intervalMs);
      tokens = Math.min(capacity, tokens + refills);
      refilledAt = tokens === capacity ? time : refilledAt + refills * intervalMs;
      if (tokens === 0) return false;
      tokens -= 1;
      return true;
    },
  };
}
