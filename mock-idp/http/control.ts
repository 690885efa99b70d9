import type { Clock } from '../clock.ts';
import type { BatchRequest, ClockChange, Fault, IssuerSettings, KeyChange, MintRequest } from '../control.ts';
import { MockIdpError } from '../errors.ts';
import { forgeries } from '../forgeries/index.ts';
import type { Issuers } from '../issuers.ts';
import { isJsonObject } from '../json.ts';
import type { JournalWait } from '../schemas.ts';
import * as schemas from '../schemas.ts';
import { validate } from '../validate.ts';
import { type ControlAnswer, json, jsonLines, NO_CONTENT } from './answer.ts';
import { readJson } from './body.ts';
import type { Call, Methods } from './route.ts';

/** A request to the control plane. */
export interface ControlCall extends Call {
  readonly issuers: Issuers;
  readonly clock: Clock;
  /** Where the client has reached the server, without a trailing slash. */
  readonly url: string;
}

/**
 * The control plane of one issuer, below `/_mock`: `IssuerControl` over HTTP. Bodies go to the issuer as they came,
 * for it checks them itself.
 */
export const controlRoutes: Readonly<Record<string, Methods<ControlCall, ControlAnswer>>> = {
  '/info': { GET: ({ issuer }) => json(200, issuer.info()) },
  '/issuers': { GET: ({ issuers, url }) => json(200, issuers.info(url)) },
  '/settings': {
    POST: async ({ issuer, request }) =>
      json(200, await issuer.configure((await readJson(request)) as IssuerSettings)),
  },
  '/clock': {
    GET: ({ clock }) => json(200, clock.info()),
    POST: async ({ clock, request }) => json(200, clock.change((await readJson(request)) as ClockChange)),
    DELETE: ({ clock }) => json(200, clock.change({ kind: 'real' })),
  },
  '/mint': {
    POST: async ({ issuer, request }) => {
      const body = await readJson(request);
      const many = isJsonObject(body) && BATCH.some((member) => member in body);
      if (many) return jsonLines(issuer.mintMany(body as unknown as BatchRequest));
      return json(200, await issuer.mint(body as MintRequest | undefined));
    },
  },
  '/forge': {
    POST: async ({ issuer, request }) => {
      const body = validate(schemas.namedForgeRequest, await readJson(request), 'Cannot forge');
      const { name, ...parts } = body;
      return json(200, { tokens: await issuer.forge(name, parts) });
    },
  },
  '/forgeries': {
    // Spelt out, so that nothing but the description of a forgery goes out.
    GET: () =>
      json(200, {
        forgeries: forgeries.map(({ name, requirement, verdict, defect, references }) => ({
          name,
          requirement,
          verdict,
          defect,
          references,
        })),
      }),
  },
  '/keys': {
    GET: async ({ issuer }) => json(200, { keys: await issuer.keys() }),
    POST: async ({ issuer, request }) =>
      json(200, { keys: await issuer.changeKeys((await readJson(request)) as KeyChange) }),
  },
  '/faults': {
    POST: async ({ issuer, request }) => {
      await issuer.fault((await readJson(request)) as Fault);
      return NO_CONTENT;
    },
    DELETE: async ({ issuer }) => {
      await issuer.clearFaults();
      return NO_CONTENT;
    },
  },
  '/journal': {
    GET: async ({ issuer, query }) => json(200, { entries: await issuer.journal(members(query)) }),
    DELETE: async ({ issuer }) => {
      await issuer.clearJournal();
      return NO_CONTENT;
    },
  },
  '/journal/count': {
    GET: async ({ issuer, query }) => json(200, { count: (await issuer.journal(members(query))).length }),
  },
  '/journal/wait': {
    GET: async ({ issuer, query, signal }) =>
      json(200, { entries: await issuer.waitFor(members(query) as unknown as JournalWait, signal) }),
  },
  '/reset': {
    POST: async ({ issuer }) => {
      await issuer.reset();
      return NO_CONTENT;
    },
  },
};

/** Members that only a batch has: one that lacks its `count` is told so. */
const BATCH: readonly string[] = ['count', 'each', 'seed'];

const NUMBERS: readonly string[] = ['after', 'count', 'status', 'timeoutMs'];

/** Query parameters as the members they stand for. */
function members(query: URLSearchParams): Readonly<Record<string, string | number>> {
  const names = [...query.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new MockIdpError('invalid_request', `"${twice.slice(0, 64)}" is given more than once`);
  }
  return Object.fromEntries(
    [...query].map(([name, value]) => [
      name,
      NUMBERS.includes(name) && /^\d{1,15}$/u.test(value) ? Number(value) : value,
    ]),
  );
}
