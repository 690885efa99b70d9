import { fail, pass } from '../../finding.ts';
import type { Exchange, Finding, Lab, RequestSpec } from '../../model.ts';
import { goodToken } from '../../lab.ts';

/** So many answers tell about as much as more of them, where each takes its time. */
const ENOUGH = 10;
const LONG_MS = 1_000;

/**
 * Sends a request so often, one after the other, and gives the answers. Ends at the first one over the response limit,
 * and early where answers are slow: a hundred of those would take minutes and tell no more.
 */
export async function sendOften(lab: Lab, request: RequestSpec, times: number): Promise<readonly Exchange[]> {
  const answers: Exchange[] = [];
  const started = performance.now();
  const isLong = (): boolean => answers.length >= ENOUGH && performance.now() - started > LONG_MS;
  while (answers.length < times && !isLong()) {
    const exchange = await lab.target.send(request);
    answers.push(exchange);
    if (exchange.durationMs > lab.settings.maxResponseMs) break;
  }
  return answers;
}

/** A good read of the primary operation. */
export async function goodRequest(lab: Lab): Promise<RequestSpec> {
  const token = await goodToken(lab.idp, lab.users.owner);
  return lab.request(lab.operations.primary, { token, label: 'good token' });
}

/** The nearest-rank percentile of the durations, in milliseconds. */
export function percentile(answers: readonly Exchange[], rank: number): number {
  const sorted = answers.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)] ?? 0;
}

/** Judges a measurement. Only a failure shows its figures, so that two good runs give the same report. */
export function judgeMeasured(
  right: boolean,
  expected: string,
  figures: string,
  exchange?: Exchange,
): Finding {
  return right ? pass(expected, 'so it is', exchange) : fail(expected, figures, exchange);
}

/** Milliseconds as a report shows them. */
export function inMs(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`;
}
