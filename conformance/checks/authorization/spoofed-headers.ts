import { allOf, expectRefused, fail, observedAnswer, pass } from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, judgeEach, type Probe, sendControl, withHeaders } from '../probes.ts';
import { foreignStatus } from '../foreign-status.ts';
import { expectClosed, foreignReadCheck } from './foreign-read.ts';

/** Headers by which gateways tell a backend who the caller is. */
const IDENTITY_HEADERS = [
  'X-User-Id',
  'X-User',
  'X-User-Name',
  'X-Forwarded-User',
  'X-Remote-User',
  'X-Auth-Request-User',
  'X-Authenticated-Userid',
  'X-Consumer-Custom-Id',
  'Remote-User',
  'X-Amzn-Oidc-Identity',
  'X-Goog-Authenticated-User-Id',
  'X-MS-Client-Principal-Id',
  'X-Impersonate-User',
  'Impersonate-User',
];

const URL_HEADERS = [
  'X-Original-URL',
  'X-Rewrite-URL',
  'X-Forwarded-Path',
  'X-Forwarded-Prefix',
  'X-Forwarded-Uri',
];

const LOCAL_HEADERS: readonly (readonly [string, string])[] = [
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Real-IP', '127.0.0.1'],
  ['X-Client-IP', '127.0.0.1'],
  ['True-Client-IP', '127.0.0.1'],
  ['Forwarded', 'for=127.0.0.1;host=localhost'],
  ['Host', 'localhost'],
  ['X-Forwarded-Host', 'localhost'],
];

const FRAMEWORK_HEADERS: readonly (readonly [string, string])[] = [
  ['x-middleware-subrequest', 'middleware:middleware:middleware:middleware:middleware'],
  ['x-middleware-subrequest', 'src/middleware:src/middleware:src/middleware:src/middleware:src/middleware'],
  ['X-Internal', 'true'],
  ['X-Internal-Request', '1'],
  ['X-Debug', '1'],
  ['X-Authenticated', 'true'],
];

/** By which a client says what it is: a probe, or a page of the API's own site. */
function clientHeaders(origin: string): readonly (readonly [string, string])[] {
  return [
    ['User-Agent', 'kube-probe/1.34'],
    ['User-Agent', 'ELB-HealthChecker/2.0'],
    ['User-Agent', 'GoogleHC/1.0'],
    ['User-Agent', 'Prometheus/3.5.0'],
    ['Referer', `${origin}/`],
    ['Origin', origin],
    ['Sec-Fetch-Site', 'same-origin'],
    ['X-Requested-With', 'XMLHttpRequest'],
  ];
}

/** Headers that a gateway may set and a client must not. */
export const spoofedHeaderChecks: readonly Check[] = [
  {
    id: 'hdr-spoof-identity',
    runs: 'beside',
    run: async (lab) => {
      const { owner, other } = lab.users;
      const { primary, ownedRead } = lab.operations;
      await sendControl(lab, primary, owner);
      const token = await goodToken(lab.idp, owner);
      const spoof = IDENTITY_HEADERS.map((name) => [name, other.sub] as const);
      const plain = lab.request(primary, { as: owner, token, label: 'good token' });
      const findings = [
        await judgeEach(lab, each(plain, spoof), (exchange) => acceptedAs(lab, exchange, owner)),
      ];
      if (ownedRead) {
        const attack = lab.request(ownedRead, { as: other, token, label: "other user's token" });
        const closed = await judgeEach(lab, each(attack, spoof), (exchange) =>
          expectRefused(exchange, { status: foreignStatus(lab) }),
        );
        findings.push(closed);
      }
      return allOf(findings);
    },
  },
  anonymous('hdr-spoof-identity-noauth', ({ users }) =>
    IDENTITY_HEADERS.map((name) => [name, users.other.sub] as const),
  ),
  anonymous('hdr-spoof-ip-host', () => LOCAL_HEADERS),
  anonymous('hdr-spoof-framework', () => FRAMEWORK_HEADERS),
  anonymous('hdr-spoof-client', ({ target }) => clientHeaders(new URL(target.url).origin)),
  foreignReadCheck('hdr-spoof-url', async (lab, read) => {
    const { primary } = lab.operations;
    const { attacker, victim, token } = read;
    await sendControl(lab, primary, attacker);
    const spoof = URL_HEADERS.map((name) => [name, read.attack.path] as const);
    const plain = lab.request(primary, { as: attacker, token, label: 'good token' });
    const open = lab.contract.operations.find(
      ({ method, path, security }) => method === 'GET' && security.length === 0 && !path.includes('{'),
    );
    const findings = [
      await judgeEach(lab, each(plain, spoof), (exchange) =>
        isSuccess(exchange)
          ? allOf([
              acceptedAs(lab, exchange, attacker),
              expectClosed(exchange, [exchange.response.status], read),
            ])
          : fail("the caller's own data", observedAnswer(exchange), exchange),
      ),
      await judgeEach(
        lab,
        each(
          read.attack,
          URL_HEADERS.map((name) => [name, plain.path] as const),
        ),
        (exchange) => expectClosed(exchange, foreignStatus(lab), read),
      ),
    ];
    if (open) {
      const request = { ...read.anonymous, path: open.path };
      const leak = await judgeEach(lab, each(request, spoof), (exchange) => {
        const { outcome, observed } = expectClosed(exchange, [exchange.response.status], read);
        return (outcome === 'pass' ? pass : fail)(`no data of ${victim.sub}`, observed, exchange);
      });
      findings.push(leak);
    }
    return allOf(findings);
  }),
  {
    id: 'hdr-hop-by-hop',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      const { owner } = lab.users;
      await sendControl(lab, primary, owner);
      const token = await goodToken(lab.idp, owner);
      const request = lab.request(primary, { as: owner, token, label: 'good token' });
      const exchange = await lab.target.send(withHeaders(request, [['Connection', 'close, Authorization']]));
      return isSuccess(exchange) ? acceptedAs(lab, exchange, owner) : expectRefused(exchange);
    },
  },
];

/** A check that these headers, one at a time and all at once, let nobody in without a token. */
function anonymous(id: string, headers: (lab: Lab) => readonly (readonly [string, string])[]): Check {
  return {
    id,
    runs: 'beside',
    run: async (lab): Promise<Finding> => {
      const { primary, ownedRead } = lab.operations;
      const findings: Finding[] = [];
      for (const sample of [...new Set([primary, ownedRead])].filter((read) => read !== undefined)) {
        await sendControl(lab, sample);
        const request = lab.request(sample, { as: lab.users.other });
        const probes = each(request, headers(lab));
        findings.push(
          await judgeEach(lab, probes, (exchange, { label }) =>
            expectRefused(exchange, { status: refusalsOf(label) }),
          ),
        );
      }
      return allOf(findings);
    },
  };
}

/** Another host may be another site, which knows no such route; a filter for CORS may refuse an origin before the guard does. */
function refusalsOf(label: string): readonly number[] {
  if (label.startsWith('Host')) return [400, 401, 404, 421];
  return label.startsWith('Origin') ? [401, 403] : [401];
}

function each(request: Probe['request'], headers: readonly (readonly [string, string])[]): readonly Probe[] {
  return headers.map(([name, value]) => ({
    label: `${name}: ${value}`,
    request: withHeaders(request, [[name, value]]),
  }));
}
