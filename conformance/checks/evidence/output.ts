import { fail, notApplicable, observedAnswer, pass } from '../../finding.ts';
import type { Check, Exchange, Lab } from '../../model.ts';
import { badCredentials, wronglySigned } from '../bad-credentials.ts';
import { labOn } from '../lab-on.ts';
import { isSuccess, sendControl } from '../probes.ts';

/** What the backend itself says of what it saw, on its output and in its metrics. */
export const outputChecks: readonly Check[] = [
  {
    id: 'obs-log-hygiene',
    runs: 'own',
    run: async (lab) => {
      const bench = await lab.bench({ warm: true });
      try {
        const own = labOn(lab, bench);
        await sendControl(own, own.operations.primary);
        for (const credential of await badCredentials(own, own.users.owner)) {
          await own.target.send(own.request(own.operations.primary, credential));
        }
        const output = bench.output();
        if (output.trim() === '') return notApplicable('the backend writes nothing to its output');
        // The suite replaces tokens in what it captures, and the replacement tells that there was one.
        const lines = output.split('\n').filter((line) => line.includes('[a token]'));
        const expected = 'no token in the output of the backend';
        return lines.length === 0
          ? pass(expected, `none in ${output.split('\n').length} lines`)
          : fail(expected, `a token in ${lines.length} lines`);
      } finally {
        await bench[Symbol.asyncDispose]();
      }
    },
  },
  {
    id: 'obs-log-signal',
    runs: 'own',
    run: async (lab) => {
      const bench = await lab.bench({ warm: true });
      try {
        const own = labOn(lab, bench);
        const { primary } = own.operations;
        await sendControl(own, primary);
        const before = { output: bench.output(), metrics: await metricsOf(own) };
        const token = await wronglySigned(own, own.users.owner);
        for (let at = 0; at < 20; at += 1) {
          await own.target.send(own.request(primary, { token, label: 'wrong signature' }));
        }
        const logged = bench.output() !== before.output;
        const counted = refusalsIn(await metricsOf(own)) !== refusalsIn(before.metrics);
        const verdict = logged || counted ? pass : fail;
        const observed = [logged && 'a line in the output', counted && 'a change of the metrics'].filter(
          Boolean,
        );
        return verdict('a trace of 20 forged tokens', observed.join(' and ') || 'no trace');
      } finally {
        await bench[Symbol.asyncDispose]();
      }
    },
  },
  {
    id: 'obs-ready-gate',
    runs: 'own',
    run: async (lab) => {
      const ready = lab.contract.operations.find(
        ({ method, path, security }) => method === 'GET' && security.length === 0 && /ready/i.test(path),
      );
      const bench = await lab.bench({
        until: 'exit-or-listening',
        env: { JWKS_STARTUP: 'degraded' },
        prepare: (idp) => idp.fault({ endpoint: 'jwks', actions: [{ kind: 'respond', status: 503 }] }),
      });
      try {
        const expected = 'ended, or not ready without keys';
        const code = bench.exitCode();
        if (code !== undefined) return pass(expected, `ended with exit code ${code}`);
        if (ready === undefined)
          return notApplicable('the contract has no readiness operation, and the backend runs');
        const exchange = await getOpen(labOn(lab, bench), ready.path);
        return (isSuccess(exchange) ? fail : pass)(expected, observedAnswer(exchange), exchange);
      } finally {
        await bench[Symbol.asyncDispose]();
      }
    },
  },
];

function getOpen({ target }: Lab, path: string): Promise<Exchange> {
  const base = new URL(target.url).pathname.replace(/\/$/, '');
  return target.send({ method: 'GET', path: base + path, headers: [], secrets: [] });
}

/** The Prometheus text of the backend; empty where it has none that the contract names. */
async function metricsOf(lab: Lab): Promise<string> {
  const metrics = lab.contract.operations.find(
    ({ method, path }) => method === 'GET' && /metrics/i.test(path),
  );
  if (metrics === undefined || metrics.security.length > 0) return '';
  return (await getOpen(lab, metrics.path)).response.body;
}

/** The lines of metrics that speak of refusals: by the status, the code or the word. */
function refusalsIn(metrics: string): string {
  return metrics
    .split('\n')
    .filter(
      (line) => !line.startsWith('#') && /401|invalid|refus|reject|fail|error|denied|unauth/i.test(line),
    )
    .join('\n');
}
