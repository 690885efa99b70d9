import { notApplicable, observedAnswer, fail, pass } from '../../finding.ts';
import type { Check, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, judgeEach, sendControl } from '../probes.ts';
import { goodToken } from '../../lab.ts';
import { authorization, body, type Edit, header, query } from './edits.ts';
import { malformedStatuses, refuses, type Variants } from './rows.ts';
import { expectRefused } from '../../finding.ts';

const bearer = (token: string): string => `Bearer ${token}`;
const withBearer = authorization(bearer);

function each<Name extends string>(names: readonly Name[], edit: (name: Name) => Edit): Variants {
  return Object.fromEntries(names.map((name) => [name, edit(name)]));
}

/** A good token in a place other than the Authorization header (RFC 6750 §2). */
export const placementChecks: readonly Check[] = [
  refuses('auth-query-token', each(['access_token', 'token', 'jwt'], query), {
    status: 'malformed',
    codes: ['missing_token'],
  }),
  refuses(
    'auth-cookie-token',
    each(['access_token', 'token', 'jwt', 'session', 'Authorization'], (name) =>
      header('Cookie', (token) => `${name}=${token}`),
    ),
    { codes: ['missing_token'] },
  ),
  refuses(
    'auth-alt-headers',
    each(
      [
        'X-Access-Token',
        'X-Auth-Token',
        'X-Authorization',
        'X-Forwarded-Authorization',
        'Proxy-Authorization',
      ],
      (name) => header(name, bearer),
    ),
    { codes: ['missing_token'] },
  ),
  bodyToken('auth-form-token', {
    form: body('application/x-www-form-urlencoded', (token) => `access_token=${token}`),
  }),
  bodyToken('auth-json-body-token', {
    'JSON body': body('application/json', (token) => JSON.stringify({ access_token: token })),
    'JSON body, scheme included': body('application/json', (token) =>
      JSON.stringify({ authorization: bearer(token), token }),
    ),
  }),
  {
    id: 'auth-multi-method',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const token = await goodToken(lab.idp, lab.users.owner);
      const request = query('access_token')(withBearer(lab.request(primary, {}), token), token);
      const exchange = await lab.target.send(request);
      if (isSuccess(exchange)) return acceptedAs(lab, exchange, lab.users.owner);
      const verdict = exchange.response.status === 400 ? pass : fail;
      return verdict('served by the header alone, or refused with 400', observedAnswer(exchange), exchange);
    },
  },
  {
    id: 'auth-multi-method-two-users',
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      const { owner, other } = lab.users;
      await sendControl(lab, primary, owner);
      await sendControl(lab, primary, other);
      const [mine, theirs] = [await goodToken(lab.idp, owner), await goodToken(lab.idp, other)];
      const probes = ['access_token', 'token', 'jwt'].map((name) => ({
        label: `query ${name}`,
        request: query(name)(withBearer(lab.request(primary, { as: owner }), mine), theirs),
      }));
      return judgeEach(lab, probes, (exchange) =>
        isSuccess(exchange)
          ? acceptedAs(lab, exchange, owner)
          : expectRefused(exchange, { status: [400, 401] }),
      );
    },
  },
];

/** A check that a write without an Authorization header is refused, whatever its body holds. */
function bodyToken(id: string, variants: Variants): Check {
  return {
    id,
    runs: 'beside',
    run: async (lab): Promise<Finding> => {
      const write = bodyOperation(lab);
      if (write === undefined) return notApplicable('the contract has no protected operation with a body');
      await sendControl(lab, write);
      const token = await goodToken(lab.idp, lab.users.owner);
      const probes = Object.entries(variants).map(([label, edit]) => ({
        label,
        request: edit(lab.request(write, {}), token),
      }));
      return judgeEach(lab, probes, (exchange) =>
        expectRefused(exchange, { status: malformedStatuses(lab), codes: ['missing_token'] }),
      );
    },
  };
}

function bodyOperation({ operations: { ownedCreate, all } }: Lab): Lab['operations']['primary'] | undefined {
  return ownedCreate ?? all.find(({ operation }) => operation.method === 'POST');
}
