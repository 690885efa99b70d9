import type { Bench } from '../model.ts';

/**
 * How many fetches of the key set an action caused, by the journal of the identity provider. Only a check that runs
 * `alone`, or on a bench of its own, may attribute them.
 */
export async function fetchesDuring<Result>(
  { idp }: Pick<Bench, 'idp'>,
  action: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly fetches: number }> {
  const after = (await idp.journal({ endpoint: 'jwks' })).at(-1)?.seq ?? 0;
  const result = await action();
  return { result, fetches: (await idp.journal({ endpoint: 'jwks', after })).length };
}
