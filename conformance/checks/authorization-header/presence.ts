import { allOf, challenges, expectRefused, fail } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { judgeEach, sendControl, withHeaders } from '../probes.ts';
import { malformedStatuses } from './rows.ts';

/** Requests that bear no Bearer credentials at all. */
export const presenceChecks: readonly Check[] = [
  {
    id: 'auth-missing',
    runs: 'beside',
    run: async (lab) => {
      await sendControl(lab, lab.operations.primary);
      const exchange = await lab.target.send(lab.request(lab.operations.primary, {}));
      return expectMissing(exchange);
    },
  },
  {
    id: 'auth-empty-value',
    runs: 'beside',
    run: (lab) =>
      refuseHeader(lab, { empty: '', 'spaces only': '   ' }, (exchange) =>
        expectMissing(exchange, malformedStatuses(lab)),
      ),
  },
  {
    id: 'auth-basic',
    runs: 'beside',
    run: (lab) =>
      refuseHeader(lab, { Basic: `Basic ${Buffer.from('u:p').toString('base64')}` }, (exchange) =>
        allOf([expectMissing(exchange, malformedStatuses(lab)), expectBearerChallenge(exchange)]),
      ),
  },
];

async function refuseHeader(
  lab: Lab,
  values: Readonly<Record<string, string>>,
  judge: (exchange: Exchange) => Finding,
): Promise<Finding> {
  const { primary } = lab.operations;
  await sendControl(lab, primary);
  const probes = Object.entries(values).map(([label, value]) => ({
    label,
    request: withHeaders(lab.request(primary, {}), [['Authorization', value]]),
  }));
  return judgeEach(lab, probes, judge);
}

function expectMissing(exchange: Exchange, status: readonly number[] = [401]): Finding {
  return expectRefused(exchange, { status, codes: ['missing_token'] });
}

function expectBearerChallenge(exchange: Exchange): Finding {
  const schemes = challenges(exchange)?.map(({ scheme }) => scheme) ?? [];
  const refusal = expectRefused(exchange, { status: exchange.response.status });
  if (exchange.response.status !== 401 || schemes.includes('bearer')) return refusal;
  return fail(
    'refused with a Bearer challenge',
    `answered 401 with ${schemes.length === 0 ? 'no challenge' : `a challenge of ${schemes.join(', ')}`}`,
    exchange,
  );
}
