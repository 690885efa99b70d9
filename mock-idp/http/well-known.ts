import { PATHS } from '../paths.ts';
import { json } from './answer.ts';
import { cached } from './caching.ts';
import { metadata } from './discovery.ts';
import { at, type Routes } from './route.ts';

/** The endpoints that other servers look for, and the probes of whoever starts this one. */
export const wellKnownRoutes: Routes = {
  ...at(PATHS.jwks, {
    endpoint: 'jwks',
    methods: {
      GET: async (call) => cached(json(200, await call.issuer.state.keyRing.serve()), 'jwks', call),
    },
  }),
  ...at(PATHS.discovery, {
    endpoint: 'discovery',
    methods: { GET: async (call) => cached(json(200, await metadata(call.issuer)), 'discovery', call) },
  }),
  ...at(PATHS.health, { endpoint: 'other', methods: { GET: () => json(200, { status: 'ok' }) } }),
};
