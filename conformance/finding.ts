import type { Exchange, Finding } from './model.ts';
import { type Challenge, parseChallenges } from './http/index.ts';

/** A precondition of a check cannot be had; the message says which and what would give it. Reported as `not-testable`. */
export class NotTestable extends Error {
  override readonly name = 'NotTestable';
}

/** Only a backend that the suite starts, or one with short times, can show it; the message says what to do. */
export class NeedsStart extends NotTestable {}

/** The rule holds, as far as this exchange or observation shows. */
export function pass(expected: string, observed: string, exchange?: Exchange): Finding {
  return { outcome: 'pass', expected, observed, ...(exchange && { exchange }) };
}

/** The rule is broken. */
export function fail(expected: string, observed: string, exchange?: Exchange): Finding {
  return { outcome: 'fail', expected, observed, ...(exchange && { exchange }) };
}

/** The rule says nothing about this target, e.g. a write rule where the contract has no writes. */
export function notApplicable(reason: string): Finding {
  return { outcome: 'not-applicable', expected: 'nothing of this target', observed: reason };
}

/** The first finding that does not pass, else the first; for a check that makes several observations in order. */
export function firstFailure(findings: readonly Finding[]): Finding {
  const [first] = findings;
  if (first === undefined) throw new Error('a check must make at least one observation');
  return (
    findings.find(({ outcome }) => outcome === 'fail') ??
    findings.find(({ outcome }) => outcome !== 'pass') ??
    first
  );
}

/** As `firstFailure`, but a pass says how many observations agreed. */
export function allOf(findings: readonly Finding[]): Finding {
  const measured = Object.fromEntries(findings.flatMap((finding) => Object.entries(finding.measured ?? {})));
  const decisive = { ...firstFailure(findings), ...(Object.keys(measured).length > 0 && { measured }) };
  if (decisive.outcome !== 'pass' || findings.length === 1) return decisive;
  return { ...decisive, observed: `${decisive.observed}, in all of ${findings.length} observations` };
}

export interface AcceptedOptions {
  /** The identity the answer must show; without it only the status is judged. */
  readonly sub?: string;
  /** Statuses that mean success; default any 2xx. */
  readonly status?: number | readonly number[];
  readonly expected?: string;
}

/** Judges an answer that must be a success, and where `sub` is given, the data of nobody else. */
export function expectAccepted(exchange: Exchange, options: AcceptedOptions = {}): Finding {
  const { sub } = options;
  const statuses = [options.status ?? []].flat();
  const expected =
    options.expected ?? (sub === undefined ? 'accepted' : `accepted with the identity of ${sub}`);
  const { status } = exchange.response;
  const succeeded = statuses.length > 0 ? statuses.includes(status) : status >= 200 && status < 300;
  if (!succeeded || sub === undefined) {
    return (succeeded ? pass : fail)(expected, observedAnswer(exchange), exchange);
  }
  const shown = identities(exchange);
  if (shown.length === 0)
    return fail(expected, `answered ${status} without the identity of ${sub}`, exchange);
  const right = shown.every((identity) => identity === sub);
  return (right ? pass : fail)(expected, observedAnswer(exchange), exchange);
}

export interface RefusedOptions {
  /** Statuses that are a refusal; default 401. */
  readonly status?: number | readonly number[];
  /** The `error_code`s that fit the cause; default: any that fits a 401. Another code of the contract contradicts it. */
  readonly codes?: readonly string[];
  /** The `error` attribute the Bearer challenge must have; `null`: it must have none. Not judged by default. */
  readonly challenge?: string | null;
  readonly expected?: string;
}

/** The closed list of the contract, by the status each belongs to. */
const CODES: Readonly<Record<number, readonly string[]>> = {
  401: ['missing_token', 'invalid_token', 'token_expired'],
  403: ['forbidden'],
  503: ['jwks_unavailable'],
};
const ALL_CODES = Object.values(CODES).flat();

/**
 * Judges an answer that must be a refusal. A body without the error envelope is left to the checks of the error
 * contract, so that one fault of every answer is one failure and not three hundred; a code that names another cause is not.
 */
export function expectRefused(exchange: Exchange, options: RefusedOptions = {}): Finding {
  const statuses = [options.status ?? 401].flat();
  const codes = options.codes ?? statuses.flatMap((status) => CODES[status] ?? []);
  const expected =
    options.expected ??
    `refused with ${[statuses.join(' or '), codes.join(' or ')].filter(Boolean).join(' ')}`;
  const observed = observedAnswer(exchange);
  if (!statuses.includes(exchange.response.status)) return fail(expected, observed, exchange);

  const code = errorCode(exchange);
  const contradicts =
    code !== undefined && ALL_CODES.includes(code) && codes.length > 0 && !codes.includes(code);
  if (contradicts) return fail(expected, observed, exchange);

  if (options.challenge !== undefined) {
    const error = challengeParam(exchange, 'error') ?? null;
    if (error !== options.challenge) {
      const wanted = options.challenge === null ? 'no error attribute' : `error="${options.challenge}"`;
      const seen = error === null ? 'no error attribute' : `error="${error}"`;
      return fail(`${expected}, challenge with ${wanted}`, `${observed}, challenge with ${seen}`, exchange);
    }
  }
  return pass(expected, observed, exchange);
}

/** What was answered, in words: `answered 200 with the identity of user-456`, `answered 403 with error_code forbidden`. */
export function observedAnswer(exchange: Exchange): string {
  const { status } = exchange.response;
  const [identity] = status < 300 ? identities(exchange) : [];
  if (identity !== undefined) return `answered ${status} with the identity of ${identity}`;
  const code = errorCode(exchange);
  return `answered ${status}${code === undefined ? '' : ` with error_code ${code}`}`;
}

/** The parsed body; `undefined` where it is not JSON. */
export function jsonBody(exchange: Exchange): unknown {
  try {
    return JSON.parse(exchange.response.body);
  } catch {
    return undefined;
  }
}

/** `error_code` of the body, where it is a string. */
export function errorCode(exchange: Exchange): string | undefined {
  const body = jsonBody(exchange);
  const code = isObject(body) ? body['error_code'] : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Every value of a response header, in order. */
export function headerValues(exchange: Exchange, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return exchange.response.headers.flatMap(([field, value]) =>
    field.toLowerCase() === wanted ? [value] : [],
  );
}

/** Every challenge of the answer; `undefined` where a `WWW-Authenticate` line breaks the grammar. */
export function challenges(exchange: Exchange): readonly Challenge[] | undefined {
  const parsed = headerValues(exchange, 'www-authenticate').map(parseChallenges);
  return parsed.includes(undefined) ? undefined : parsed.flatMap((challenge) => challenge ?? []);
}

/** A parameter of the Bearer challenge. */
function challengeParam(exchange: Exchange, name: string): string | undefined {
  const bearer = challenges(exchange)?.find(({ scheme }) => scheme === 'bearer');
  return bearer?.params.find((param) => param.name === name)?.value;
}

/** Members that name whose data an answer holds. */
const IDENTITY_MEMBERS = new Set(['user_id', 'userId', 'sub', 'owner_id', 'ownerId', 'owner', 'uid']);

/** Every identity a success body shows, at any depth, each once. */
export function identities(exchange: Exchange): readonly string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      if (IDENTITY_MEMBERS.has(name) && typeof member === 'string') found.add(member);
      else visit(member);
    }
  };
  visit(jsonBody(exchange));
  return [...found];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
