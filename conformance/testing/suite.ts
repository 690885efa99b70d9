import type { Requirement } from '../../spec/index.ts';
import { tokenChecks } from '../checks/tokens/index.ts';
import { pass } from '../finding.ts';
import type { Check, Outcome, Report } from '../model.ts';
import { runSuite, type SuiteOptions } from '../run.ts';
import { useIdpAndContract } from './idp-and-contract.ts';
import { type Handler, launch, listen } from './jose-backend.ts';

const CORE = [
  'jws-control',
  'alg-none',
  'alg-rs384-rs512',
  'kid-unknown',
  'exp-past',
  'aud-missing',
  'iss-wrong',
];
const core = tokenChecks.filter(({ id }) => CORE.includes(id));

type RunOn = (handle: Handler, options?: Partial<SuiteOptions>) => Promise<Report>;

/** The suite with a few checks, on one mock identity provider for the tests of a file. */
export function useSuite(): {
  readonly run: (options: Partial<SuiteOptions> & Pick<SuiteOptions, 'backend'>) => Promise<Report>;
  /** Against a backend that it starts. */
  readonly runLaunched: RunOn;
  /** Against a backend that runs already, wired to the issuer as it should be. */
  readonly runAt: RunOn;
} {
  const given = useIdpAndContract();
  const run = (options: Partial<SuiteOptions> & Pick<SuiteOptions, 'backend'>): Promise<Report> =>
    runSuite({ ...given, checks: core, invariants: [], requestTimeoutMs: 500, ...options });
  return {
    run,
    runLaunched: (handle, options = {}) => run({ backend: { launcher: launch(handle) }, ...options }),
    runAt: async (handle, options = {}) => {
      const { issuer, jwksUrl, audience } = given.idp.issuer();
      await using backend = await listen(handle, {
        BETTER_AUTH_URL: issuer,
        BETTER_AUTH_JWKS_URL: jwksUrl,
        JWT_AUDIENCE: audience,
      });
      return await run({ backend: { url: backend.url }, ...options });
    },
  };
}

export const outcomes = ({ checks }: Report): Readonly<Record<string, Outcome>> =>
  Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome]));

const requirement = (id: string, level: Requirement['level'] = 'MUST'): readonly [string, Requirement] => [
  id,
  {
    id,
    area: 'claims',
    level,
    title: id,
    sentence: `It ${level}.`,
    references: ['RFC 7519 §4'],
    remedy: 'Mend it.',
  },
];

export function ownChecks(...checks: readonly Check[]): Partial<SuiteOptions> {
  return { checks, requirements: new Map(checks.map(({ id }) => requirement(id))) };
}

export const passing: Check = { id: 'passing', runs: 'beside', run: () => Promise.resolve(pass('x', 'y')) };
