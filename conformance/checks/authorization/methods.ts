import {
  allOf,
  expectRefused,
  fail,
  headerValues,
  identities,
  notApplicable,
  observedAnswer,
  pass,
} from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Exchange, Finding, Lab, SampleOperation } from '../../model.ts';
import { mentions } from '../identity.ts';
import { isSuccess, judgeEach, labelled, type Probe, sendControl, withHeaders } from '../probes.ts';
import { foreignStatus } from '../foreign-status.ts';
import { expectClosed, foreignReadCheck } from './foreign-read.ts';

const UNKNOWN_METHODS = ['FOO', 'get', 'GETX', 'PROPFIND', 'SEARCH', 'PURGE', 'QUERY'];
const METHOD_REFUSALS = [400, 401, 403, 404, 405, 501];

/** Methods other than those the contract has, and HEAD and OPTIONS, which no document lists. */
export const methodChecks: readonly Check[] = [
  {
    id: 'method-head-noauth',
    runs: 'beside',
    run: async (lab) => {
      const probes: Probe[] = [];
      for (const sample of readsOf(lab)) {
        await sendControl(lab, sample);
        probes.push({
          label: `HEAD of ${sample.operation.path}`,
          request: { ...lab.request(sample, {}), method: 'HEAD' },
        });
      }
      // 405 says that there is no HEAD at all, which lets nobody in.
      return judgeEach(lab, probes, (exchange) => expectRefused(exchange, { status: [401, 405], codes: [] }));
    },
  },
  {
    id: 'method-head-own',
    runs: 'beside',
    run: async (lab) => {
      const findings: Finding[] = [];
      for (const sample of readsOf(lab)) {
        const get = await sendControl(lab, sample);
        const token = await goodToken(lab.idp, lab.users.owner);
        const request = { ...lab.request(sample, { token, label: 'good token' }), method: 'HEAD' };
        const head = await lab.target.send(request);
        const agrees = head.response.status === get.response.status && typeOf(head) === typeOf(get);
        const verdict = agrees || head.response.status === 405 ? pass : fail;
        const observed = `${observedAnswer(head)} (${typeOf(head) || 'no content type'})`;
        findings.push(verdict(`${get.response.status} with the headers of GET, or 405`, observed, head));
      }
      return allOf(findings);
    },
  },
  foreignReadCheck('method-head-cross', async (lab, read) => {
    const exchange = await lab.target.send({ ...read.attack, method: 'HEAD' });
    return expectClosed(exchange, [...foreignStatus(lab), 405], read);
  }),
  {
    id: 'method-options',
    runs: 'beside',
    run: async (lab) => {
      const probes = readsOf(lab).flatMap((sample): readonly Probe[] => {
        const request = { ...lab.request(sample, {}), method: 'OPTIONS' };
        const preflight = withHeaders(request, [
          ['Origin', lab.settings.corsOrigin ?? 'https://app.example'],
          ['Access-Control-Request-Method', 'GET'],
        ]);
        return [
          { label: `OPTIONS of ${sample.operation.path}`, request },
          { label: `preflight of ${sample.operation.path}`, request: preflight },
        ];
      });
      return judgeEach(lab, probes, (exchange) => {
        const expected = '2xx without user data, or refused';
        const shown = new Set([
          ...identities(exchange),
          ...subs(lab).filter((sub) => mentions(exchange, sub)),
        ]);
        if (shown.size > 0) {
          return fail(expected, `answered with the data of ${[...shown].join(' and ')}`, exchange);
        }
        const { status } = exchange.response;
        const verdict = isSuccess(exchange) || (status >= 400 && status < 500) ? pass : fail;
        return verdict(expected, observedAnswer(exchange), exchange);
      });
    },
  },
  {
    id: 'method-trace',
    runs: 'beside',
    run: async (lab) => {
      const token = await goodToken(lab.idp, lab.users.owner);
      const request = lab.request(lab.operations.primary, { token, label: 'good token' });
      const { host } = new URL(lab.target.url);
      const probes: readonly Probe[] = [
        { label: 'TRACE', request: { ...request, method: 'TRACE' } },
        { label: 'CONNECT', request: { ...request, method: 'CONNECT', path: host } },
        { label: 'CONNECT of the path', request: { ...request, method: 'CONNECT' } },
      ];
      return judgeEach(
        lab,
        probes,
        (exchange) => {
          if (exchange.echoed?.length)
            return fail('refused without an echo', 'the token is in the answer', exchange);
          return expectRefused(exchange, { status: METHOD_REFUSALS, codes: [] });
        },
        { silenceRefuses: true },
      );
    },
  },
  {
    id: 'method-unknown',
    runs: 'beside',
    run: async (lab) => {
      const probes = readsOf(lab).flatMap((sample) =>
        UNKNOWN_METHODS.map((method) => ({
          label: `${method} of ${sample.operation.path}`,
          request: { ...lab.request(sample, {}), method },
        })),
      );
      return judgeEach(
        lab,
        probes,
        (exchange) => expectRefused(exchange, { status: METHOD_REFUSALS, codes: [] }),
        { silenceRefuses: true },
      );
    },
  },
  {
    id: 'method-405-allow',
    runs: 'beside',
    run: (lab) =>
      tryUnsupported(lab, true, (exchange) => {
        const expected = 'answered 405 with an Allow header';
        const allow = headerValues(exchange, 'allow').join(', ');
        const right = exchange.response.status === 405 && allow !== '';
        const observed =
          observedAnswer(exchange) + (allow === '' ? ', no Allow header' : `, Allow: ${allow}`);
        return (right ? pass : fail)(expected, observed, exchange);
      }),
  },
  {
    id: 'method-405-auth-order',
    runs: 'beside',
    run: (lab) =>
      tryUnsupported(lab, false, (exchange) => expectRefused(exchange, { status: [401, 405], codes: [] })),
  },
];

/** The reads that a guard may treat each in its own way. */
function readsOf({ operations: { primary, ownedRead } }: Lab): readonly SampleOperation[] {
  return [primary, ownedRead].filter(
    (sample, at, all) => sample?.operation.method === 'GET' && all.indexOf(sample) === at,
  ) as readonly SampleOperation[];
}

function subs({ users }: Lab): readonly string[] {
  return [users.owner.sub, users.other.sub];
}

function typeOf(exchange: Exchange): string {
  return headerValues(exchange, 'content-type').join();
}

/** A method that the contract does not have for a path, on each of the reads' paths. */
async function tryUnsupported(
  lab: Lab,
  withToken: boolean,
  judge: (exchange: Exchange) => Finding,
): Promise<Finding> {
  const findings: Finding[] = [];
  for (const sample of readsOf(lab)) {
    const { path } = sample.operation;
    const known = lab.contract.operations
      .filter((operation) => operation.path === path)
      .map(({ method }) => method);
    const method = (['DELETE', 'PUT', 'PATCH', 'POST'] as const).find(
      (candidate) => !known.includes(candidate),
    );
    if (method === undefined) continue;
    await sendControl(lab, sample);
    const token = await goodToken(lab.idp, lab.users.owner);
    const request = lab.request(sample, withToken ? { token, label: 'good token' } : {});
    findings.push(labelled(judge(await lab.target.send({ ...request, method })), `${method} of ${path}`));
  }
  if (findings.length === 0) return notApplicable('the paths of the contract have every method');
  return allOf(findings);
}
