import { expectRefused, fail, firstFailure, NotTestable, observedAnswer, pass } from '../../finding.ts';
import type { BenchOptions, Exchange, Finding, Lab, OwnBench } from '../../model.ts';
import { labOn } from '../lab-on.ts';
import { isSuccess, labelled } from '../probes.ts';
import { ask, tokenOf } from './tokens.ts';

/** Starts a backend that may well refuse to start, and stops it whatever comes of it. */
export async function atStart(
  lab: Lab,
  options: BenchOptions,
  tell: (lab: Lab, bench: OwnBench) => Promise<Finding>,
): Promise<Finding> {
  const bench = await lab.bench({ until: 'exit-or-listening', ...options });
  try {
    return await tell(labOn(lab, bench), bench);
  } finally {
    await bench[Symbol.asyncDispose]();
  }
}

/** Judges a backend that started without a usable key set: it ended with an error, or says that it is not ready and serves nobody. */
export async function judgeKeyless(lab: Lab, bench: OwnBench): Promise<Finding> {
  const expected = 'ended with an error, or not ready and no token accepted';
  const code = bench.exitCode();
  if (code !== undefined) {
    const observed = `ended with exit code ${code}`;
    return code === 0 ? fail(expected, observed) : pass(expected, observed);
  }
  const token = await tokenOf(lab, 'good token');
  const answer = await ask(lab, token);
  const unserved = expectRefused(answer, { status: [401, 503], codes: [] });
  return firstFailure([labelled(unserved, token.label), judgeReadiness(expected, await readiness(lab))]);
}

function judgeReadiness(expected: string, exchange: Exchange): Finding {
  const observed = `${exchange.request.path} ${observedAnswer(exchange)}`;
  return (isSuccess(exchange) ? fail : pass)(expected, observed, exchange);
}

/** What a supervisor would ask: the readiness operation of the contract, or the health operation where there is no other. */
async function readiness({ contract, target }: Lab): Promise<Exchange> {
  const open = contract.operations.filter(
    ({ method, security }) => method === 'GET' && security.length === 0,
  );
  const asked =
    open.find(({ path }) => /ready/i.test(path)) ?? open.find(({ path }) => /health|alive|ping/i.test(path));
  if (asked === undefined) {
    throw new NotTestable(
      'the backend runs, and the contract has no open operation that says whether it is ready',
    );
  }
  const base = new URL(target.url).pathname.replace(/\/$/, '');
  return target.send({ method: 'GET', path: base + asked.path, headers: [], secrets: [] });
}
