import type { JournalEntry } from '../mock-idp/index.ts';
import type { Measurements } from './measurements.ts';
import type { GeneratorResult, Mark, ScenarioResult } from './model.ts';
import type { Plan } from './plan.ts';
import { SCENARIOS } from './scenarios.ts';
import { heldRate } from './steps.ts';
import { judge, type Limits } from './thresholds.ts';
import { verdictOf } from './verdict.ts';

export interface Evidence {
  readonly plan: Plan;
  readonly measurements: Measurements;
  readonly limits: Limits;
  readonly instances: number;
  readonly generator: GeneratorResult;
  readonly marks: readonly Mark[];
  /** What the issuer was asked meanwhile. */
  readonly journal?: readonly JournalEntry[];
  /** What went wrong with the run itself. */
  readonly fault?: string;
  readonly notes: readonly string[];
}

/** What all that was seen of one scenario comes to. */
export function resultOf(evidence: Evidence): ScenarioResult {
  const { plan, measurements, limits, instances, generator, marks, journal, fault, notes } = evidence;
  const held = plan.name === 'breakpoint' ? heldRate(measurements, plan, limits) : undefined;
  const asked = journal && {
    jwksFetches: count(journal, ['jwks']),
    sessionCalls: count(journal, ['session', 'introspection', 'userinfo']),
  };
  const thresholds = judge(
    SCENARIOS[plan.name].thresholds,
    {
      ...{ plan, measurements, ...asked },
      rotations: marks.filter(({ kind }) => kind === 'rotation').length,
      ...(held !== undefined && { heldRate: held.rate }),
    },
    limits,
  );
  // What a climb broke on last is its answer, not a fault of the run.
  const judged = verdictOf(thresholds, held === undefined ? generator : { ...generator, dropped: 0 }, fault);
  const verification = measurements.verification();
  return {
    scenario: plan.name,
    title: SCENARIOS[plan.name].title,
    ...{ rate: plan.rate, seconds: plan.seconds, instances, ...judged, thresholds },
    requests: measurements.requests(),
    ...(verification && { verification }),
    ...(asked && { issuer: asked }),
    forgeries: measurements.forgeries(),
    timeline: measurements.seconds(),
    ...{ marks, generator },
    ...(held !== undefined && { heldRate: held.rate }),
    notes: [...notes, ...measuredHow(verification?.source), ...(held === undefined ? [] : [held.reason])],
  };
}

function count(journal: readonly JournalEntry[], endpoints: readonly string[]): number {
  return journal.filter(({ endpoint }) => endpoints.includes(endpoint)).length;
}

function measuredHow(source: string | undefined): readonly string[] {
  if (source !== 'paired') return [];
  return [
    'the backend sends no Server-Timing, so verification is what a request took longer than an open one before it; that holds the cost of the operation and the noise of both',
  ];
}
