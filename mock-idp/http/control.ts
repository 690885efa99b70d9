import type { Fault, KeyChange, MintRequest } from '../control.ts';
import { forgeries } from '../forgeries/index.ts';
import type { JournalWait } from '../schemas.ts';
import * as schemas from '../schemas.ts';
import { validate } from '../validate.ts';
import { json, NO_CONTENT } from './answer.ts';
import { readJson } from './body.ts';
import type { Handler } from './route.ts';

/**
 * The control plane of one issuer, below `/_mock`: `IssuerControl` over HTTP. Bodies go to the issuer as they came,
 * for it checks them itself.
 */
export const controlRoutes: Readonly<
  Record<string, { readonly methods: Readonly<Record<string, Handler>> }>
> = {
  '/info': {
    methods: {
      GET: ({ issuer }) => json(200, issuer.info()),
    },
  },
  '/mint': {
    methods: {
      POST: async ({ issuer, request }) =>
        json(200, await issuer.mint((await readJson(request)) as MintRequest | undefined)),
    },
  },
  '/forge': {
    methods: {
      POST: async ({ issuer, request }) => {
        const body = validate(schemas.namedForgeRequest, await readJson(request), 'Cannot forge');
        const { name, ...parts } = body;
        return json(200, { tokens: await issuer.forge(name, parts) });
      },
    },
  },
  '/forgeries': {
    methods: {
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
  },
  '/keys': {
    methods: {
      GET: async ({ issuer }) => json(200, { keys: await issuer.keys() }),
      POST: async ({ issuer, request }) =>
        json(200, { keys: await issuer.changeKeys((await readJson(request)) as KeyChange) }),
    },
  },
  '/faults': {
    methods: {
      POST: async ({ issuer, request }) => {
        await issuer.fault((await readJson(request)) as Fault);
        return NO_CONTENT;
      },
      DELETE: async ({ issuer }) => {
        await issuer.clearFaults();
        return NO_CONTENT;
      },
    },
  },
  '/journal': {
    methods: {
      GET: async ({ issuer, query }) => json(200, { entries: await issuer.journal(members(query)) }),
      DELETE: ({ issuer }) => {
        issuer.requests.clear();
        return NO_CONTENT;
      },
    },
  },
  '/journal/wait': {
    methods: {
      GET: async ({ issuer, query, signal }) =>
        json(200, { entries: await issuer.waitFor(members(query) as unknown as JournalWait, signal) }),
    },
  },
  '/reset': {
    methods: {
      POST: async ({ issuer }) => {
        await issuer.reset();
        return NO_CONTENT;
      },
    },
  },
};

/** Query parameters as the members they stand for: whole numbers as numbers. */
function members(query: URLSearchParams): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    [...query].map(([name, value]) => [name, /^\d{1,15}$/u.test(value) ? Number(value) : value]),
  );
}
