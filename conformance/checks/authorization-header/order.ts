import {
  expectRefused,
  fail,
  firstFailure,
  jsonBody,
  notApplicable,
  observedAnswer,
  pass,
} from '../../finding.ts';
import type { Check } from '../../model.ts';
import { sendControl, unknownRoute, withHeaders } from '../probes.ts';
import { wronglySigned } from '../bad-credentials.ts';
import { body } from './edits.ts';

/** What the token guard comes before. */
export const orderChecks: readonly Check[] = [
  {
    id: 'auth-before-body',
    runs: 'beside',
    run: async (lab) => {
      const { ownedCreate } = lab.operations;
      if (ownedCreate === undefined)
        return notApplicable('the contract has no create operation under an owner');
      await sendControl(lab, ownedCreate);
      const token = await wronglySigned(lab, lab.users.owner);
      const request = lab.request(ownedCreate, { token, label: 'wrong signature' });
      const malformed = body('application/json', () => '{"unfinished": ')(request, '');
      return expectRefused(await lab.target.send(malformed), { codes: ['invalid_token'] });
    },
  },
  {
    id: 'auth-before-content-negotiation',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const token = await wronglySigned(lab, lab.users.owner);
      const request = lab.request(primary, { token, label: 'wrong signature' });
      const unacceptable = {
        ...request,
        headers: [
          ...request.headers.filter(([name]) => name.toLowerCase() !== 'accept'),
          ['Accept', 'application/x-nothing'] as const,
        ],
      };
      return expectRefused(await lab.target.send(unacceptable), { codes: ['invalid_token'] });
    },
  },
  {
    id: 'auth-before-404',
    runs: 'beside',
    run: async (lab) => {
      const exchange = await lab.target.send(unknownRoute(lab.request(lab.operations.primary, {})));
      const isJson = typeof jsonBody(exchange) === 'object' && jsonBody(exchange) !== null;
      const refused = expectRefused(exchange, { status: [401, 404], codes: [] });
      const expected = 'answered 401 or 404 with a JSON object';
      const shape = isJson ? pass : fail;
      return firstFailure([
        refused,
        shape(expected, `${observedAnswer(exchange)}, ${isJson ? '' : 'not '}JSON`, exchange),
      ]);
    },
  },
  {
    id: 'auth-expect-continue',
    runs: 'beside',
    run: async (lab) => {
      const { ownedCreate } = lab.operations;
      if (ownedCreate === undefined)
        return notApplicable('the contract has no create operation under an owner');
      await sendControl(lab, ownedCreate);
      const request = withHeaders({ ...lab.request(ownedCreate, {}), body: '' }, [
        ['Expect', '100-continue'],
        ['Content-Length', '1000000'],
      ]);
      return expectRefused(await lab.target.send(request), { codes: ['missing_token'] });
    },
  },
];
