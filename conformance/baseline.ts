import { readFile } from 'node:fs/promises';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { nearest } from '../mock-idp/index.ts';
import type { CheckResult } from './model.ts';

/** Failures that a team has accepted for now, each with the reason. */
export interface Baseline {
  readonly accepted: readonly AcceptedFailure[];
}

export interface AcceptedFailure {
  /** Id of the check. */
  readonly check: string;
  readonly reason: string;
  /** Last day on which it is accepted, `2027-03-31`, in UTC. Default: until it passes. */
  readonly until?: string;
}

/** A baseline that cannot be used. The message names the file, the entry and what to do. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError';
  readonly code: 'unreadable' | 'invalid';

  constructor(code: BaselineError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What stands for a reason that nobody has written yet. No run takes it for one. */
const PLACEHOLDER = 'TODO say why this failure is accepted, and what will end it';
const SHORTEST_REASON = 10;

const schema = z.strictObject({
  accepted: z.array(
    z.strictObject({
      check: z.string('must be the id of a check'),
      reason: z
        .string('must say why the failure is accepted')
        .trim()
        .min(
          SHORTEST_REASON,
          `must say why the failure is accepted, in ${SHORTEST_REASON} characters or more`,
        )
        .refine(
          (reason) => !/^todo\b/i.test(reason),
          'is still to be written: say why the failure is accepted',
        ),
      until: z.iso.date('must be a day such as 2027-03-31').optional(),
    }),
    'must be a list of entries, each with check and reason',
  ),
});

/** @throws BaselineError where it cannot be read, or an entry is incomplete */
export async function loadBaseline(path: string): Promise<Baseline> {
  return parseBaseline(await textOf(path), path);
}

/** @param path what messages call the text. @throws BaselineError with every entry at fault */
export function parseBaseline(text: string, path: string): Baseline {
  const content = contentOf(text, path);
  const parsed = schema.safeParse(content);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${placeOf(issue.path, content)} ${issue.message}`);
    throw new BaselineError('invalid', `${path} is no baseline:\n${faults.join('\n')}`);
  }
  const accepted = parsed.data.accepted.map(({ check, reason, until }) => ({
    ...{ check, reason },
    ...(until !== undefined && { until }),
  }));
  const twice = accepted.find(({ check }, at) => accepted.findIndex((entry) => entry.check === check) !== at);
  if (twice !== undefined)
    throw new BaselineError('invalid', `${path}: ${twice.check} stands in it twice; keep one entry`);
  return { accepted };
}

export interface BaselineContext {
  /** Every id there is, also of checks that were not selected. */
  readonly known: readonly string[];
  /** `2027-03-31`, in UTC. */
  readonly today: string;
}

/** The results with accepted failures marked, and a sentence for each entry that no longer holds. */
export function applyBaseline(
  results: readonly CheckResult[],
  { accepted }: Baseline,
  { known, today }: BaselineContext,
): { readonly results: readonly CheckResult[]; readonly stale: readonly string[] } {
  const entries = new Map(accepted.map((entry) => [entry.check, entry]));
  const outcomes = new Map(results.map(({ id, outcome }) => [id, outcome]));
  const stale = accepted.flatMap(({ check, until }): readonly string[] => {
    if (!known.includes(check)) return [`there is no check ${check}${didYouMean(check, known)}; remove it`];
    const outcome = outcomes.get(check);
    if (outcome === 'pass') return [`${check} passes now; remove it`];
    if (outcome === 'not-applicable') return [`${check} does not apply; remove it`];
    if (outcome === 'fail' && isOver(until, today)) return [`${check} was accepted until ${until ?? ''}`];
    return [];
  });
  return {
    stale,
    results: results.map((result) => {
      const entry = result.outcome === 'fail' ? entries.get(result.id) : undefined;
      if (entry === undefined || isOver(entry.until, today)) return result;
      const { reason, until } = entry;
      return { ...result, accepted: { reason, ...(until !== undefined && { until }) } };
    }),
  };
}

function isOver(until: string | undefined, today: string): boolean {
  return until !== undefined && until < today;
}

function didYouMean(check: string, known: readonly string[]): string {
  const near = nearest(check, known, 1);
  return near.length === 0 ? '' : ` (did you mean ${near.join(', ')}?)`;
}

/**
 * The text of a baseline that accepts every failed MUST of a run. Reasons already given are kept; the others are left
 * to be written, and until they are, no run takes the file.
 */
export function baselineText(results: readonly CheckResult[], earlier: Baseline = { accepted: [] }): string {
  const given = new Map(earlier.accepted.map((entry) => [entry.check, entry]));
  const accepted = results
    .filter(({ id, outcome, level }) => outcome === 'fail' && (level === 'MUST' || given.has(id)))
    .map(({ id }) => given.get(id) ?? { check: id, reason: PLACEHOLDER });
  return `# Failures that are accepted for now: gateproof test --baseline <this file>
# Each needs a reason. "until: 2027-03-31" gives it an end. An entry that passes now fails the run until it is removed.
${stringify({ accepted }, { lineWidth: 0 })}`;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'there is no such file; --write-baseline makes one' : `cannot be read (${code})`;
    throw new BaselineError('unreadable', `${path}: ${why}`, { cause });
  }
}

function contentOf(text: string, path: string): unknown {
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault !== undefined) throw new BaselineError('invalid', `${path} is not YAML: ${fault.message}`);
  return document.toJS();
}

/** Named after the check, since nobody counts the entries of a list. */
function placeOf(path: readonly PropertyKey[], content: unknown): string {
  const [list, at, ...rest] = path;
  if (list !== 'accepted' || typeof at !== 'number') return path.length === 0 ? 'it' : path.join('.');
  const entry = (content as { accepted?: readonly { check?: unknown }[] }).accepted?.[at];
  const name = typeof entry?.check === 'string' ? entry.check : `entry ${at + 1}`;
  return [name, ...rest].join('.');
}
