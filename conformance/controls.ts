import { headerValues, observedAnswer } from './finding.ts';
import { TargetError } from './http/index.ts';
import { goodToken } from './lab.ts';
import type { Exchange, Lab, Principal, RequestOptions } from './model.ts';

/** A positive control that failed. */
export interface ControlFault {
  /** One sentence: what was seen, and what most likely has to change. */
  readonly reason: string;
  readonly exchange: Exchange;
  /** The contract or the base path is another API's, so whatever is found is not about this one. */
  readonly misdirected: boolean;
}

/** Further apart, and the checks of times at a bound would judge the clocks. */
const MOST_SKEW_SECONDS = 2;

const OTHER_NAMES =
  'Where it has other names for these settings, start it with those: "env" in a gateproof.config maps them ("gateproof init" writes one)';

/**
 * Sends a good token of both users to the primary operation. A bad token that is refused proves nothing where a good
 * one is refused too.
 *
 * @throws TargetError where the target does not answer
 */
export async function controlFault(lab: Lab): Promise<ControlFault | undefined> {
  const { owner, other } = lab.users;
  const both = await Promise.all(
    [owner, other].map(async (user) => ({ user, exchange: await sendGood(lab, user) })),
  );
  const refused = both.find(({ exchange }) => exchange.response.status >= 300);
  if (refused === undefined) return undefined;
  const { user, exchange } = refused;
  const { status } = exchange.response;
  const misdirected = status === 404 || status === 405;
  return { reason: await refusalReason(lab, user, exchange), exchange, misdirected };
}

/**
 * Sends no token, and one that is none. Where both are served, the operation is not guarded at all; what a backend makes
 * of its keys then shows nowhere. One sentence, or `undefined`.
 *
 * @throws TargetError where the target does not answer
 */
export async function openGate(lab: Lab): Promise<string | undefined> {
  const anonymous = await send(lab, {});
  const garbage = await send(lab, { token: 'not-a-token', label: 'garbage' });
  if (anonymous.response.status >= 300 || garbage.response.status >= 300) return undefined;
  const { method, path } = garbage.request;
  return `${method} ${path} was ${observedAnswer(anonymous)} without a token, and with garbage for one: this backend checks no token there`;
}

/** How many seconds the clock of the backend is ahead of ours, by its `Date` header; `undefined` where it sends none. */
function clockSkew(exchange: Exchange, now: number): number | undefined {
  const [date] = headerValues(exchange, 'date');
  const at = Date.parse(date ?? '');
  return Number.isNaN(at) ? undefined : at / 1000 - Math.floor(now / 1000);
}

/** Why times cannot be judged, where the clocks are too far apart. */
export async function clockFault(lab: Lab): Promise<string | undefined> {
  const skew = clockSkew(await sendGood(lab, lab.users.owner), Date.now()) ?? 0;
  if (Math.abs(skew) <= MOST_SKEW_SECONDS) return undefined;
  return `the clock of the backend is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} this machine's, so no check of exp, nbf or iat would mean anything; synchronise the two`;
}

/** One good token to the primary operation. @throws TargetError where the target does not answer */
export async function sendGood(lab: Lab, user: Principal): Promise<Exchange> {
  const token = await goodToken(lab.idp, user);
  return send(lab, { as: user, token, label: 'good token' });
}

async function send(lab: Lab, options: RequestOptions): Promise<Exchange> {
  const request = lab.request(lab.operations.primary, options);
  try {
    return await lab.target.send(request);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const what = options.label === undefined ? 'without a token' : `with a ${options.label}`;
    throw new TargetError(error.code, `${request.method} ${request.path} ${what}: ${error.message}`);
  }
}

async function refusalReason(lab: Lab, user: Principal, exchange: Exchange): Promise<string> {
  const { method, path } = exchange.request;
  const seen = `${method} ${path} with a good token of ${user.sub} was ${observedAnswer(exchange)}`;
  const { status } = exchange.response;
  if (status === 404 || status === 405) {
    return `${seen}: the contract or the base path is not that of this backend. Give its own document (--contract openapi.yaml), and the path prefix in the URL (http://127.0.0.1:8000/v2)`;
  }
  if (status >= 500) return `${seen}: see the log of the backend`;
  const fetches = await lab.idp.journal({ endpoint: 'jwks' });
  const { issuer, jwksUrl, audience } = lab.idp;
  return fetches.length === 0
    ? `${seen}, and it never fetched ${jwksUrl}: it must read BETTER_AUTH_JWKS_URL=${jwksUrl} when it starts. ${OTHER_NAMES}`
    : `${seen}, though it fetched the key set: it must expect iss ${issuer} (BETTER_AUTH_URL) and aud ${audience} (JWT_AUDIENCE). ${OTHER_NAMES}`;
}
