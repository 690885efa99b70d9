import type { ForgedToken, ForgeRequest } from './control.ts';
import { MockIdpError } from './errors.ts';
import type { ForgeKit, Forgery } from './forgeries/forgery.ts';
import { forgeries } from './forgeries/index.ts';
import { nearest } from './suggest.ts';

/** @throws MockIdpError `unknown_forgery` with the nearest names */
export function findForgery(name: string): Forgery {
  const forgery = forgeries.find((candidate) => candidate.name === name);
  if (forgery !== undefined) return forgery;
  const known = forgeries.map((candidate) => candidate.name);
  const near = nearest(name, known, 3);
  const hint = near.length === 0 ? '' : `; nearest: ${near.join(', ')}`;
  throw new MockIdpError(
    'unknown_forgery',
    `No forgery is called "${name.slice(0, 64)}"${hint}; GET /_mock/forgeries lists them all`,
  );
}

/** @throws MockIdpError `invalid_request` where the overrides leave nothing to forge from */
export async function forge(
  forgery: Forgery,
  request: ForgeRequest,
  kit: ForgeKit,
): Promise<readonly ForgedToken[]> {
  const { name } = forgery;
  try {
    const variants = await forgery.make(kit);
    return variants.map(({ variant, token }) => ({ name, variant, token }));
  } catch (cause) {
    if (cause instanceof MockIdpError) throw cause;
    if (request.claims === undefined && request.header === undefined) throw cause;
    throw new MockIdpError('invalid_request', `"${name}" cannot be forged from these claims and header`, {
      cause,
    });
  }
}
