import { allOf, fail, NotTestable, notApplicable, observedAnswer, pass } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab, RequestSpec } from '../../model.ts';
import { mentions } from '../identity.ts';
import { isSuccess, judgeEach, type Probe, withHeaders } from '../probes.ts';

/** Routes that frameworks and tools open, and that tend to stay open. */
const COMMON_ROUTES = [
  '/.env',
  '/.git/HEAD',
  '/actuator',
  '/actuator/env',
  '/actuator/heapdump',
  '/admin',
  '/api-docs',
  '/api/v1/users',
  '/console',
  '/debug',
  '/debug/pprof/',
  '/debug/vars',
  '/docs',
  '/env',
  '/graphiql',
  '/graphql',
  '/h2-console',
  '/internal',
  '/metrics',
  '/openapi.json',
  '/openapi.yaml',
  '/phpinfo.php',
  '/redoc',
  '/server-status',
  '/swagger',
  '/swagger-ui.html',
  '/swagger.json',
  '/users',
  '/v3/api-docs',
];

/** A user nobody knows, so that seeing the name means that an unverified token was believed. */
const SPOOFED: { readonly sub: string; readonly email: string } = {
  sub: 'gateproof-unverified-user',
  email: 'unverified@gateproof.example',
};

/** What stands open without a token, and what it shows. */
export const openRouteChecks: readonly Check[] = [
  {
    id: 'public-allowlist',
    runs: 'beside',
    run: async (lab) => {
      const unknown = await lab.target.send(get(lab, '/no-such-route-of-gateproof'));
      if (isSuccess(unknown)) throw new NotTestable(`a route that does not exist ${observedAnswer(unknown)}`);
      const open = openPaths(lab);
      const declared = new Set([...open, ...lab.settings.publicPaths]);
      const candidates = [...new Set([...COMMON_ROUTES, ...siblings(lab)])].filter(
        (path) => !declared.has(path),
      );
      const closed = await judgeEach(lab, probesOf(lab, candidates), (exchange) => {
        const verdict = isSuccess(exchange) ? fail : pass;
        return verdict('not open, unless declared', observedAnswer(exchange), exchange);
      });
      if (declared.size === 0) return closed;
      const impersonal = await judgeEach(lab, probesOf(lab, [...declared]), (exchange) => {
        const shown = [lab.users.owner, lab.users.other].find(({ sub }) => names(exchange, sub));
        const expected = 'no personal data on open routes';
        if (shown) return fail(expected, `the id of ${shown.sub} is in the answer`, exchange);
        return pass(expected, observedAnswer(exchange), exchange);
      });
      return allOf([closed, impersonal]);
    },
  },
  {
    id: 'public-with-bad-token',
    runs: 'beside',
    run: async (lab) => {
      const open = openPaths(lab);
      if (open.length === 0) return notApplicable('the contract has no open operation');
      const request = { claims: SPOOFED };
      const tokens = [
        ...(await lab.idp.forge('alg-none', request))
          .slice(0, 1)
          .map(({ token }) => ['alg none', token] as const),
        ['unknown key', (await lab.idp.mint({ ...request, key: 'unpublished' })).token] as const,
        ['expired', (await lab.idp.mint({ claims: { ...SPOOFED, exp: '-1h' } })).token] as const,
        ['garbage', 'not-a-token'] as const,
      ];
      const findings: Finding[] = [];
      for (const path of open) {
        const plain = get(lab, path);
        const { status } = (await lab.target.send(plain)).response;
        const probes = tokens.map(([label, token]): Probe => ({
          label: `${path} with a token of the sort ${label}`,
          request: withHeaders(plain, [['Authorization', `Bearer ${token}`]], [{ value: token, label }]),
        }));
        findings.push(await judgeEach(lab, probes, (exchange) => judgeOpen(exchange, status)));
      }
      return allOf(findings);
    },
  },
];

/** Judges an answer to a token nobody verified, by the status without one. */
function judgeOpen(exchange: Exchange, plainStatus: number): Finding {
  const expected = 'answered as without a token or 401, and without an identity';
  const { status, body } = exchange.response;
  if (body.includes(SPOOFED.sub) || body.includes(SPOOFED.email)) {
    return fail(expected, `answered ${status} with the identity of an unverified token`, exchange);
  }
  const verdict = status === plainStatus || status === 401 ? pass : fail;
  return verdict(expected, observedAnswer(exchange), exchange);
}

/** Paths that the contract leaves open. */
export function openPaths({ contract }: Lab): readonly string[] {
  return contract.operations
    .filter(({ method, path, security }) => method === 'GET' && security.length === 0 && !path.includes('{'))
    .map(({ path }) => path);
}

/** Collections that an API is likely to have beside those of its contract: its own prefix and the word. */
function siblings({ operations }: Lab): readonly string[] {
  const prefix = /^(.*?)\/[^/]*$/.exec(operations.primary.operation.path.replace(/\/\{.*$/, '/'))?.[1] ?? '';
  return ['users', 'admin', 'debug', 'internal', 'export'].map((word) => `${prefix}/${word}`);
}

function probesOf(lab: Lab, paths: readonly string[]): readonly Probe[] {
  return paths.map((path) => ({ label: path, request: get(lab, path) }));
}

function get({ target }: Lab, path: string): RequestSpec {
  const base = new URL(target.url).pathname.replace(/\/$/, '');
  return { method: 'GET', path: base + path, headers: [['Accept', '*/*']], secrets: [] };
}

/** Whether an answer of any type names a user: as a JSON value, or as a word of a text. */
function names(exchange: Exchange, sub: string): boolean {
  const escaped = sub.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return (
    mentions(exchange, sub) ||
    new RegExp(`(^|[\\s"'=/,:])${escaped}($|[\\s"'/,:}])`).test(exchange.response.body)
  );
}
