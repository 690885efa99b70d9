import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JOURNAL_CAPACITY } from '../mock-idp/index.ts';
import { openBackend } from './backend.ts';
import { conduct, disturbances, prepareKeys, restore } from './conductor.ts';
import { faultOf, type Generator, type GeneratorEnd, startGenerator } from './generator.ts';
import { followJournals, openReplicas, type IssuerReplicas } from './issuer-replicas.ts';
import { Measurements } from './measurements.ts';
import type { GeneratorResult, Mark, ScenarioResult } from './model.ts';
import type { LoadOptions } from './options.ts';
import type { Paths } from './paths.ts';
import type { Plan } from './plan.ts';
import { rotateEvery, rotationsOf, SCENARIOS, STEPS } from './scenarios.ts';
import { resultOf } from './result.ts';
import { watchSteps } from './steps.ts';
import { type TokenPool, writeTokenPool } from './token-pool.ts';

type RunOptions = LoadOptions & {
  readonly sub: string;
  readonly paths: Paths;
  readonly signal: AbortSignal;
};

/** Most distinct tokens of a pool, unless told otherwise: k6 holds them in memory. */
const MOST_TOKENS = 20_000;
/** From the start of k6 to the first request: it reads its pool and makes its virtual users first. */
const LEAD_MS = 1_500;
const LEAD_MS_PER_TOKEN = 0.1;
/** Tokens outlive the run by this many seconds, whatever its start and its end take. */
const SPARE_LIFETIME = 900;
const FORGOTTEN = `more than ${JOURNAL_CAPACITY} requests came to a mock identity provider, which remembers no more, so what the backend asked of it is not known; use a lower --rate or more replicas`;

/** One scenario, from the start of the backend to the verdict; nothing of it is left behind. */
export async function runScenario(plan: Plan, options: RunOptions): Promise<ScenarioResult> {
  const { idp, idpReplicas = [], backend, sub, claims = {}, paths, signal, leeway = 5 } = options;
  // A backend that runs already trusts the default issuer; each that is started gets keys and a journal of its own.
  const issuerName = 'launcher' in backend ? `load-${plan.name}` : undefined;
  const servers = await openReplicas([idp, ...idpReplicas], issuerName);
  const [{ issuer }] = servers;
  const activeKid = (await issuer.keys()).find(({ state }) => state === 'active')?.kid;
  const startTimeoutMs = options.startTimeoutMs ?? 30_000;
  const opened = await openBackend({ backend, issuer, plan, paths, sub, claims, startTimeoutMs, signal });
  let kids: readonly string[] = [];
  let pool: TokenPool | undefined;
  try {
    kids = await prepareKeys(servers, plan);
    pool = await writeTokenPool({
      ...{ issuer, sub, claims, leeway, keys: kids },
      count: options.tokens ?? Math.min(MOST_TOKENS, Math.ceil(plan.rate * plan.seconds)),
      lifetime: plan.seconds + SPARE_LIFETIME,
      forged: 'forged' in SCENARIOS[plan.name],
    });
    const idpUrls = servers.map(({ url }) => (issuerName === undefined ? url : `${url}/${issuerName}`));
    return await underLoad(plan, { ...options, servers, pool, kids, url: opened.url, idpUrls });
  } finally {
    await pool?.[Symbol.asyncDispose]();
    await restore(servers, activeKid, kids);
    await opened[Symbol.asyncDispose]();
  }
}

interface Loaded extends RunOptions {
  readonly servers: IssuerReplicas;
  readonly pool: TokenPool;
  readonly kids: readonly string[];
  readonly url: string;
  readonly idpUrls: readonly string[];
}

async function underLoad(plan: Plan, options: Loaded): Promise<ScenarioResult> {
  const { servers, pool, signal, limits = {}, instances = 1, onText = () => undefined } = options;
  signal.throwIfAborted();
  const readJournals = await followJournals(servers);
  const startAt = Math.round(Date.now() + LEAD_MS + pool.good * LEAD_MS_PER_TOKEN);
  const measurements = new Measurements(startAt);
  const generators = Array.from({ length: instances }, (_, index) =>
    startGenerator(
      {
        k6: options.k6,
        script: scriptOf(plan),
        variables: variablesOf(plan, startAt, options),
        folders: [pool.folder, dirname(scriptOf(plan))],
        share: { index, of: instances },
        ...(options.prefixes?.[index] && { prefix: options.prefixes[index] }),
      },
      (sample) => {
        measurements.add(sample);
      },
      onText,
    ),
  );
  const { ends, marks, stopped } = await accompany(generators, plan, startAt, options, measurements);
  signal.throwIfAborted();
  const journal = await readJournals();
  const fault = stopped ? undefined : ends.map(faultOf).find((each) => each !== undefined);
  return resultOf({
    ...{ plan, measurements, limits, instances, marks },
    ...(journal && { journal }),
    generator: generatorResult(measurements, ends),
    ...(fault !== undefined && { fault }),
    notes: [...notesOf(pool, measurements), ...(journal === undefined ? [FORGOTTEN] : [])],
  });
}

/** Stands by while k6 runs: disturbs the issuer, and ends the run early where that is due. */
async function accompany(
  generators: readonly Generator[],
  plan: Plan,
  startAt: number,
  { servers, kids, signal, limits = {} }: Loaded,
  measurements: Measurements,
): Promise<{
  readonly ends: readonly GeneratorEnd[];
  readonly marks: readonly Mark[];
  readonly stopped: boolean;
}> {
  const over = new AbortController();
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    for (const generator of generators) generator.stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  const steps = plan.name === 'breakpoint' ? watchSteps(measurements, plan, limits, stop) : undefined;
  const conducted = conduct(disturbances(plan, kids), servers, startAt, over.signal);
  // Whoever waits for k6 hears of a failed disturbance only afterwards.
  conducted.catch(stop);
  try {
    const ends = await Promise.all(generators.map(({ ended }) => ended));
    over.abort();
    return { ends, marks: await conducted, stopped };
  } finally {
    over.abort();
    steps?.end();
    signal.removeEventListener('abort', stop);
  }
}

function variablesOf(plan: Plan, startAt: number, options: Loaded): Readonly<Record<string, string>> {
  return {
    TARGET_URL: options.url,
    TARGET_PATH: options.paths.target,
    OPEN_PATH: options.paths.open,
    IDP_URL: options.idpUrls.join(','),
    TOKENS: options.pool.path,
    RATE: String(plan.rate),
    DURATION: String(plan.seconds),
    START_AT: String(startAt),
    STEPS: String(STEPS),
    ...(plan.name === 'rotation' && {
      ROTATE_EVERY: String(rotateEvery(plan)),
      ROTATIONS: String(rotationsOf(plan)),
    }),
  };
}

/** Beside this file: TypeScript in a checkout, JavaScript in a package; k6 runs both. */
function scriptOf({ name }: Plan): string {
  const script = fileURLToPath(new URL(`./k6/${name}.ts`, import.meta.url));
  return existsSync(script) ? script : script.replace(/\.ts$/, '.js');
}

function generatorResult(measurements: Measurements, ends: readonly GeneratorEnd[]): GeneratorResult {
  const uses = ends.flatMap(({ cores }) => (cores === undefined ? [] : [cores]));
  const round = (value: number): number => Math.round(value * 100) / 100;
  return {
    dropped: measurements.dropped,
    ...(uses.length > 0 && {
      waitShare: round(Math.max(...uses.map(({ waitShare }) => waitShare))),
      cores: round(uses.reduce((total, { cores }) => total + cores, 0)),
    }),
  };
}

function notesOf({ good, bad, kinds, leftOut }: TokenPool, measurements: Measurements): readonly string[] {
  const sent = measurements.forgeries().filter(({ name }) => name !== 'no-token').length;
  return [
    `${good} good tokens${bad > 0 ? ` and ${bad} forged ones` : ''}, all good for longer than the run`,
    ...(sent < kinds
      ? [`only ${sent} of ${kinds} kinds of forged tokens were sent; a longer run sends all`]
      : []),
    ...(leftOut.length > 0
      ? [`not sent in full, since k6 cannot send them or time would mend them: ${leftOut.join(', ')}`]
      : []),
  ];
}
