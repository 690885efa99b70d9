import { afterAll, beforeAll, describe, test, type TestContext } from 'vitest';
import { connectMockIdp, startMockIdp } from '../../mock-idp/index.ts';
import {
  AREAS,
  defaultContractPath,
  freezeRequirements,
  loadContract,
  loadRequirements,
  loadRequirementSet,
  type Requirement,
} from '../../spec/index.ts';
import { loadBaseline } from '../baseline.ts';
import { allChecks, allInvariants } from '../checks/index.ts';
import { commandLauncher } from '../launch.ts';
import type { Report } from '../model.ts';
import { runSuite, type SuiteOptions } from '../run.ts';
import { selectChecks } from '../selection.ts';
import type { Backend } from '../shared-bench.ts';
import { judge, judgeRun } from './judge.ts';

export interface GateOptions extends Omit<
  SuiteOptions,
  'contract' | 'idp' | 'backend' | 'requirementSet' | 'baseline' | 'requirements' | 'signal'
> {
  /** The backend: the shell command that starts it, with `HOST` and `PORT` in its environment, or one that runs or is launched otherwise. */
  readonly backend: Backend | { readonly start: string };
  /** OpenAPI document of the API, a path or URL. Default: the contract of gateproof. */
  readonly contract?: string | URL;
  /** URL of a mock identity provider that runs already; needed for a backend that runs. Default: one of its own. */
  readonly idp?: string;
  /** File of accepted failures. */
  readonly baseline?: string;
  /** Version of the requirements, e.g. `1.0`. Default: all there are. */
  readonly requirements?: string;
  /** How long the run may take, in milliseconds; default 20 minutes. */
  readonly timeoutMs?: number;
}

/**
 * Registers every check as a test of Vitest, by area, from one run of the suite before the first of them.
 *
 * A failed MUST fails its test, and so does one that could not be tested; a failed SHOULD or MAY passes with an annotation of the type
 * `warning`; what does not apply, what is accepted by the baseline, and a SHOULD or MAY that could not be tested are skipped with the reason.
 *
 * @throws SelectionError and ContractError while tests are collected, for an unknown id, area or version
 */
export function describeGate(options: GateOptions): void {
  const requirements = selectedRequirements(options);
  let report: Report | undefined;
  const ran = (): Report => {
    if (report === undefined) throw new Error('the suite has not run');
    return report;
  };
  describe('gateproof', () => {
    const stop = new AbortController();
    beforeAll(
      async () => {
        report = await run(options, stop.signal);
      },
      options.timeoutMs ?? 20 * 60_000,
    );
    afterAll(() => {
      stop.abort(new Error('the tests are over'));
    });
    test('the run is a verdict, and the baseline holds', () => {
      judgeRun(ran());
    });
    for (const area of AREAS.filter((name) =>
      requirements.some((requirement) => requirement.area === name),
    )) {
      describe(area, () => {
        for (const { id, title } of requirements.filter((requirement) => requirement.area === area)) {
          test(`${id}: ${title}`, (context: TestContext) => judge(id, ran(), context));
        }
      });
    }
  });
}

function selectedRequirements(options: GateOptions): readonly Requirement[] {
  const all = loadRequirements().requirements;
  const { requirements: version } = options;
  const known = version === undefined ? all : freezeRequirements(all, loadRequirementSet(version));
  const items = [...(options.checks ?? allChecks), ...(options.invariants ?? allInvariants)];
  const present = items.filter(({ id }) => known.has(id));
  return selectChecks(present, known, options.select).flatMap(({ id }) => known.get(id) ?? []);
}

async function run(
  { backend, contract, idp, baseline, requirements, ...rest }: GateOptions,
  signal: AbortSignal,
): Promise<Report> {
  const own = idp === undefined ? await startMockIdp() : undefined;
  try {
    return await runSuite({
      ...rest,
      signal,
      idp: own ?? (await connectMockIdp(idp ?? '')),
      contract: await loadContract(contract ?? defaultContractPath()),
      backend: 'start' in backend ? { launcher: commandLauncher(backend.start) } : backend,
      ...(baseline !== undefined && { baseline: await loadBaseline(baseline) }),
      ...(requirements !== undefined && { requirementSet: loadRequirementSet(requirements) }),
    });
  } finally {
    await own?.close();
  }
}
