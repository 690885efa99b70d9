import { fail, pass } from '../../finding.ts';
import type { Finding, Lab } from '../../model.ts';

/** Begins to look at what is asked of the identity provider or the attacker; judges it in the end. */
export type Watch = (lab: Lab) => Promise<() => Promise<Finding>>;

/** Requirements by which a token is refused before any key is looked up. */
export const costNoFetch: ReadonlySet<string> = new Set(['jws-one-segment', 'alg-missing', 'kid-wrong-type']);

/** Requirements that also say what a token must not make the backend ask for. */
export const watches: ReadonlyMap<string, Watch> = new Map([
  ...[
    'jku-attacker',
    'jku-allowlist-tricks',
    'jku-nonhttp',
    'x5u-attacker',
    'kid-url',
    'iss-wrong',
    'iss-ssrf-discovery',
    'hdr-replicated-claims',
  ].map((id): [string, Watch] => [id, watchTraps]),
  ...[...costNoFetch].map((id): [string, Watch] => [id, watchKeySet]),
]);

/** No request to the attacker, nor to what looks like the issuer and leads there. */
async function watchTraps({ attacker, idp }: Lab): Promise<() => Promise<Finding>> {
  const [trapped, asked] = await Promise.all([attacker.journal(), idp.journal()]);
  const after = { trapped: trapped.at(-1)?.seq ?? 0, asked: asked.at(-1)?.seq ?? 0 };
  return async () => {
    const hits = [
      ...(await attacker.journal({ after: after.trapped })),
      // Where the open redirect of the issuer would be, had it one.
      ...(await idp.journal({ after: after.asked, endpoint: 'other' })),
    ];
    const expected = 'no request to a URL that stands in a token';
    const [hit] = hits;
    return hit === undefined
      ? pass(expected, 'no such request')
      : fail(expected, `${hits.length} such requests, first ${hit.method} ${hit.path}`);
  };
}

/** No fetch of the key set. */
async function watchKeySet({ idp, cacheTtl = Infinity, settings }: Lab): Promise<() => Promise<Finding>> {
  const after = (await idp.journal({ endpoint: 'jwks' })).at(-1)?.seq ?? 0;
  return async () => {
    const { length } = await idp.journal({ endpoint: 'jwks', after });
    const expected = 'no fetch of the key set';
    // A short time to live may end just now, in each replica.
    const regular = cacheTtl > 60 ? 0 : settings.replicas;
    return length <= regular ? pass(expected, 'no fetch') : fail(expected, `${length} fetches`);
  };
}
