import type { IssuerControl } from '../mock-idp/index.ts';
import type { Contract } from '../spec/index.ts';
import { headerValues, jsonBody, NeedsStart, NotTestable } from './finding.ts';
import type {
  Bench,
  Exchange,
  Lab,
  Principal,
  RequestOptions,
  RequestSpec,
  SampleOperation,
  SampleOperations,
  Settings,
} from './model.ts';
import { resourceParameter } from './samples.ts';

export interface LabParts {
  readonly bench: Bench;
  readonly attacker: IssuerControl;
  readonly database: Lab['database'];
  readonly contract: Contract;
  readonly settings: Settings;
  readonly users: Lab['users'];
  readonly operations: SampleOperations;
  /** Starts a bench of its own; absent where the suite cannot start the backend. */
  readonly startBench: Lab['bench'] | undefined;
}

const NOT_STARTED =
  'the backend was not started by the suite; give the command that starts it (--start "<command>")';

export function createLab({ bench, startBench, ...parts }: LabParts): Lab {
  const lab: Lab = {
    ...parts,
    target: bench.target,
    idp: bench.idp,
    cacheTtl: bench.cacheTtl,
    cooldown: bench.cooldown,
    ...(bench.refetchesLate && { refetchesLate: true }),
    bench: (options) => startBench?.(options) ?? Promise.reject(new NeedsStart(NOT_STARTED)),
    request: (sample, options) => fillIn(sample, bench.target.url, parts.users.owner, options),
    resource: (user) => createResource(lab, user),
  };
  return lab;
}

/** A token of this user that every backend must accept. */
export async function goodToken(idp: IssuerControl, user: Principal): Promise<string> {
  const { token } = await idp.mint({ claims: { ...user.claims, sub: user.sub } });
  return token;
}

function fillIn(
  { operation, parameters, body }: SampleOperation,
  url: string,
  owner: Principal,
  { as = owner, token, label = 'token' }: RequestOptions,
): RequestSpec {
  const values = operation.owner
    ? { ...parameters, [operation.owner.parameter]: claimOf(as, operation.owner.claim) }
    : parameters;
  const path = operation.path.replace(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? ''),
  );
  const query = new URLSearchParams(
    operation.parameters
      .filter((parameter) => parameter.in === 'query' && values[parameter.name] !== undefined)
      .map(({ name }): [string, string] => [name, values[name] ?? '']),
  ).toString();
  return {
    method: operation.method,
    path: new URL(url).pathname.replace(/\/$/, '') + path + (query && `?${query}`),
    headers: [
      ['Accept', 'application/json'],
      ...(token === undefined ? [] : ([['Authorization', `Bearer ${token}`]] as const)),
      ...(body === undefined
        ? []
        : ([['Content-Type', operation.requestBody?.contentType ?? 'application/json']] as const)),
    ],
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    secrets: token === undefined ? [] : [{ value: token, label }],
  };
}

/** What stands in a path of this operation for a user; their `sub` where it names no owner. */
export function ownerIdOf({ operation }: SampleOperation, user: Principal): string {
  return claimOf(user, operation.owner?.claim ?? 'sub');
}

function claimOf(user: Principal, claim: string): string {
  return claim === 'sub' ? user.sub : String(user.claims[claim]);
}

async function createResource(lab: Lab, user: Principal): Promise<Readonly<Record<string, string>>> {
  const { ownedCreate } = lab.operations;
  const parameter = resourceParameter(lab.operations);
  if (ownedCreate === undefined || parameter === undefined) {
    throw new NotTestable('the contract has no operation that creates a resource under its owner');
  }
  const token = await goodToken(lab.idp, user);
  const exchange = await lab.target.send(lab.request(ownedCreate, { as: user, token, label: 'good token' }));
  if (exchange.response.status !== ownedCreate.success) {
    throw new NotTestable(
      `${ownedCreate.operation.id} with a good token answered ${exchange.response.status}, not ${ownedCreate.success}, so there is no resource to try`,
    );
  }
  const id = idOf(exchange, parameter);
  if (id === undefined) throw new NotTestable(`the answer of ${ownedCreate.operation.id} names no id`);
  return { [parameter]: id };
}

/** The id of a new resource: a member of the body by the parameter's name or `id`, else the end of `Location`. */
function idOf(exchange: Exchange, parameter: string): string | undefined {
  const body = jsonBody(exchange) as Readonly<Record<string, unknown>> | null | undefined;
  const id = body?.[parameter] ?? body?.['id'];
  if (typeof id === 'string' || typeof id === 'number') return String(id);
  const [location] = headerValues(exchange, 'location');
  return location?.split(/[?#]/)[0]?.split('/').filter(Boolean).at(-1);
}
