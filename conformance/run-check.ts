import { NeedsStart, NotTestable } from './finding.ts';
import { TargetError } from './http/index.ts';
import type { Check, Finding, Lab } from './model.ts';

/** A check's finding, or that it could not come to one. */
export interface Attempt {
  readonly finding: Finding;
  readonly durationMs: number;
  /** The target gave no answer; whoever runs the check finds out whether it is still there. */
  readonly silence?: TargetError;
  /** The suite itself is at fault. */
  readonly harnessFault?: string;
}

/** Runs one check to its deadline; `waitedMs` tells how long all answers to it took together. Never throws. */
export async function runCheck(
  check: Check,
  lab: Lab,
  timeoutMs: number,
  waitedMs: () => number = () => 0,
): Promise<Attempt> {
  const started = performance.now();
  const attempt = await findingOf(check, lab, timeoutMs, waitedMs);
  return { ...attempt, durationMs: Math.round(performance.now() - started) };
}

async function findingOf(
  check: Check,
  lab: Lab,
  timeoutMs: number,
  waitedMs: () => number,
): Promise<Omit<Attempt, 'durationMs'>> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const late = `it did not end within ${timeoutMs / 1000} s`;
      const isTheirs = waitedMs() > timeoutMs / 2;
      reject(isTheirs ? new NotTestable(`${late}, most of which ${SLOW}`) : new Error(late));
    }, timeoutMs);
  });
  try {
    return { finding: await Promise.race([check.run(lab), deadline]) };
  } catch (error) {
    if (error instanceof NeedsStart) return { finding: { ...notTestable(error.message), needsStart: true } };
    if (error instanceof NotTestable) return { finding: notTestable(error.message) };
    if (error instanceof TargetError) {
      return {
        finding: { outcome: 'fail', expected: 'an answer to every request', observed: error.message },
        silence: error,
      };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { finding: notTestable(`the suite itself failed: ${message}`), harnessFault: message };
  } finally {
    clearTimeout(timer);
  }
}

const SLOW = 'the backend took for its answers; test it where it answers sooner';

export function notTestable(reason: string): Finding {
  return { outcome: 'not-testable', expected: 'a target that can be judged', observed: reason };
}
