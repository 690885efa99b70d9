import type { Requirement } from '../spec/index.ts';
import type { CheckResult, Exchange, Finding } from './model.ts';

/** Longest text a report shows of one body, header value or path. */
const LONGEST_TEXT = 4_096;

/** One line of the report: what a check saw, joined with what its requirement says. */
export function toResult(requirement: Requirement, finding: Finding, durationMs: number): CheckResult {
  const { id, area, level, title, sentence, references, remedy } = requirement;
  const { outcome, expected, observed, exchange, measured, needsStart } = finding;
  return {
    ...{ id, area, level, title, sentence, outcome, expected, observed, references, remedy, durationMs },
    ...(exchange && { exchange: shorten(exchange) }),
    ...(measured && { measured }),
    ...(needsStart && { needsStart }),
  };
}

/** Only the members a report shows, none of them of any length a target may choose. */
function shorten({ request, response, durationMs, repeat }: Exchange): Exchange {
  const headers = (pairs: Exchange['request']['headers']): Exchange['request']['headers'] =>
    pairs.map(([name, value]) => [cut(name), cut(value)] as const);
  return {
    request: {
      method: request.method,
      path: cut(request.path),
      headers: headers(request.headers),
      ...(request.body !== undefined && { body: cut(request.body) }),
    },
    response: { status: response.status, headers: headers(response.headers), body: cut(response.body) },
    durationMs: Math.round(durationMs),
    ...(repeat && { repeat }),
  };
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT
    ? text
    : `${text.slice(0, LONGEST_TEXT)}… (${text.length - LONGEST_TEXT} more characters)`;
}
