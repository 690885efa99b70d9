import { allOf, fail, headerValues, notApplicable, observedAnswer, pass } from '../../finding.ts';
import { goodToken } from '../../lab.ts';
import type { Check, Exchange, Finding, Lab, RequestSpec } from '../../model.ts';
import { wronglySigned } from '../bad-credentials.ts';
import { isSuccess, judgeEach, type Probe, sendControl, unknownRoute, withHeaders } from '../probes.ts';

const ALLOW_ORIGIN = 'access-control-allow-origin';

/** What pages of other origins may read (Fetch §3.3). */
export const corsChecks: readonly Check[] = [
  fromAllowedOrigin('err-cors-on-401', async (lab, origin) => {
    const probes = await refusals(lab, origin);
    return judgeEach(lab, probes, (exchange) => expectAllowed(exchange, origin, 401));
  }),
  fromAllowedOrigin('err-cors-on-503-404', async (lab, origin) => {
    const token = await goodToken(lab.idp, lab.users.owner);
    const request = lab.request(lab.operations.primary, { token, label: 'good token' });
    return expectAllowed(await lab.target.send(withOrigin(unknownRoute(request), origin)), origin, 404);
  }),
  fromAllowedOrigin('cors-preflight-authorization', async (lab, origin) => {
    const exchange = await lab.target.send(preflight(lab, origin));
    const allowed = headerValues(exchange, 'access-control-allow-headers')
      .join(',')
      .toLowerCase()
      .split(/\s*,\s*/);
    const expected = `2xx for ${origin}, with Authorization among the allowed headers`;
    const listed = allowed.includes('authorization');
    const observed = `${observedAnswer(exchange)}, allowed headers: ${allowed.join(', ') || 'none'}`;
    return allOf([
      expectAllowed(exchange, origin),
      (isSuccess(exchange) && listed ? pass : fail)(expected, observed, exchange),
    ]);
  }),
  fromAllowedOrigin('cors-vary-origin', async (lab, origin) => {
    const token = await goodToken(lab.idp, lab.users.owner);
    const good = lab.request(lab.operations.primary, { token, label: 'good token' });
    const probes = [
      { label: 'good token', request: withOrigin(good, origin) },
      ...(await refusals(lab, origin)),
    ];
    return judgeEach(lab, probes, (exchange) => {
      const expected = 'Vary: Origin, where the answer depends on the origin';
      if (headerValues(exchange, ALLOW_ORIGIN).join() !== origin) {
        return pass(expected, 'the answer does not name the origin', exchange);
      }
      const vary = headerValues(exchange, 'vary')
        .join(',')
        .toLowerCase()
        .split(/\s*,\s*/);
      const verdict = vary.includes('origin') || vary.includes('*') ? pass : fail;
      return verdict(expected, `Vary: ${vary.join(', ') || 'none'}`, exchange);
    });
  }),
  fromAllowedOrigin('cors-expose-challenge', async (lab, origin) => {
    const exchange = await lab.target.send(withOrigin(lab.request(lab.operations.primary, {}), origin));
    const exposed = headerValues(exchange, 'access-control-expose-headers').join(', ');
    const verdict = /(?:^|[\s,])(?:www-authenticate|\*)(?:$|[\s,])/i.test(exposed) ? pass : fail;
    return verdict('WWW-Authenticate exposed', `exposed headers: ${exposed || 'none'}`, exchange);
  }),
  {
    id: 'cors-disallowed-origin',
    runs: 'beside',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const probes = await everyKind(lab, strangers(lab));
      return judgeEach(lab, probes, (exchange, { label }) => {
        const [allowed = 'none'] = headerValues(exchange, ALLOW_ORIGIN);
        const origin = label.split(' ')[0] ?? '';
        const observed = `Access-Control-Allow-Origin: ${allowed}`;
        return (allowed === origin ? fail : pass)('the origin is not reflected', observed, exchange);
      });
    },
  },
  {
    id: 'cors-no-wildcard-credentials',
    runs: 'beside',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const { corsOrigin } = lab.settings;
      const probes = await everyKind(lab, [
        ...(corsOrigin === undefined ? [] : [corsOrigin]),
        'https://evil.test',
      ]);
      return judgeEach(lab, probes, (exchange) => {
        const origin = headerValues(exchange, ALLOW_ORIGIN).join();
        const credentials = headerValues(exchange, 'access-control-allow-credentials').join();
        const both = origin === '*' && credentials.toLowerCase() === 'true';
        const observed = both ? 'any origin is allowed, with credentials' : 'no such pair';
        return (both ? fail : pass)('never * together with credentials', observed, exchange);
      });
    },
  },
];

/** A check that needs an origin which the backend lets in. */
function fromAllowedOrigin(id: string, run: (lab: Lab, origin: string) => Promise<Finding>): Check {
  return {
    id,
    runs: 'beside',
    run: async (lab) => {
      const { corsOrigin } = lab.settings;
      if (corsOrigin === undefined)
        return notApplicable('no origin is declared whose pages call the API (corsOrigin)');
      await sendControl(lab, lab.operations.primary);
      return run(lab, corsOrigin);
    },
  };
}

function expectAllowed(exchange: Exchange, origin: string, status?: number): Finding {
  const allowed = headerValues(exchange, ALLOW_ORIGIN).join() || 'none';
  const expected = `${status ?? 'answered'} with Access-Control-Allow-Origin for ${origin}`;
  const right =
    (allowed === origin || allowed === '*') &&
    (status ?? exchange.response.status) === exchange.response.status;
  const observed = `${observedAnswer(exchange)}, Access-Control-Allow-Origin: ${allowed}`;
  return (right ? pass : fail)(expected, observed, exchange);
}

/** Origins that resemble an allowed one, and some that do not. */
function strangers({ settings: { corsOrigin } }: Lab): readonly string[] {
  const lookAlikes =
    corsOrigin === undefined
      ? []
      : [
          `${corsOrigin}.evil.test`,
          `${corsOrigin}0`,
          corsOrigin.replace('://', '://evil-'),
          corsOrigin.toUpperCase(),
        ];
  return ['https://evil.test', 'null', ...lookAlikes];
}

async function refusals(lab: Lab, origin: string): Promise<readonly Probe[]> {
  const { primary } = lab.operations;
  const token = await wronglySigned(lab, lab.users.owner);
  return [
    { label: 'no token', request: withOrigin(lab.request(primary, {}), origin) },
    {
      label: 'wrong signature',
      request: withOrigin(lab.request(primary, { token, label: 'wrong signature' }), origin),
    },
  ];
}

/** A good request, a refused one and a preflight from each origin; the label begins with the origin. */
async function everyKind(lab: Lab, origins: readonly string[]): Promise<readonly Probe[]> {
  const { primary } = lab.operations;
  const token = await goodToken(lab.idp, lab.users.owner);
  const good = lab.request(primary, { token, label: 'good token' });
  return origins.flatMap((origin) => [
    { label: `${origin} with a good token`, request: withOrigin(good, origin) },
    { label: `${origin} without a token`, request: withOrigin(lab.request(primary, {}), origin) },
    { label: `${origin} in a preflight`, request: preflight(lab, origin) },
  ]);
}

function preflight(lab: Lab, origin: string): RequestSpec {
  return withHeaders(withOrigin({ ...lab.request(lab.operations.primary, {}), method: 'OPTIONS' }, origin), [
    ['Access-Control-Request-Method', 'GET'],
    ['Access-Control-Request-Headers', 'authorization'],
  ]);
}

function withOrigin(request: RequestSpec, origin: string): RequestSpec {
  return withHeaders(request, [['Origin', origin]]);
}
