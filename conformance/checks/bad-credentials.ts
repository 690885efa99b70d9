import type { Lab, Principal } from '../model.ts';

/** A token as a check sends it; without `token` no Authorization header is sent. */
export interface Credential {
  /** What the report calls it. */
  readonly label: string;
  readonly token?: string;
}

/** The credentials of this user that every guard must refuse: none, garbage, a wrong signature, expired. */
export async function badCredentials(lab: Lab, user: Principal): Promise<readonly Credential[]> {
  return [
    { label: 'no token' },
    { label: 'garbage', token: 'not-a-token' },
    { label: 'wrong signature', token: await wronglySigned(lab, user) },
    { label: 'expired', token: await expired(lab, user) },
  ];
}

/** Good but for the signature, which is that of a key nobody published. */
export async function wronglySigned({ idp }: Lab, user: Principal): Promise<string> {
  const claims = { ...user.claims, sub: user.sub };
  const { header } = await idp.mint({ claims });
  const { token } = await idp.mint({ claims, key: 'unpublished', header: { kid: header['kid'] } });
  return token;
}

/** Good but for `exp`, which lies beyond any leeway. */
export async function expired({ idp }: Lab, user: Principal): Promise<string> {
  const { token } = await idp.mint({ claims: { ...user.claims, sub: user.sub, exp: '-1h' } });
  return token;
}
