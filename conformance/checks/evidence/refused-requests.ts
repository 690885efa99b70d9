import type { Lab, Principal, RequestSpec } from '../../model.ts';
import { goodToken } from '../../lab.ts';
import { badCredentials } from '../bad-credentials.ts';

export interface RefusedRequest {
  /** Why it is refused. */
  readonly label: string;
  readonly request: RequestSpec;
}

/**
 * A read and a write for every reason for which a gate refuses by itself. Each round has another user, so that what is done
 * once per user shows as well. Where another user's resource is 404, it may have been looked for, so that is none of them.
 */
export async function refusedRequests(lab: Lab, round: number): Promise<readonly RefusedRequest[]> {
  const { operations, settings, users } = lab;
  const { ownedCreate, ownedRead, primary } = operations;
  const user: Principal = { ...users.owner, sub: `${users.owner.sub}-${round}` };
  const write = ownedCreate ?? ownedRead;
  const samples = write === undefined || write === primary ? [primary] : [primary, write];
  const refused = [...(await badCredentials(lab, user)), await forAnotherAudience(lab, user)].flatMap(
    (credential) =>
      samples.map((sample) => ({
        label: credential.label,
        request: lab.request(sample, { as: user, ...credential }),
      })),
  );
  const owned = [ownedRead, ownedCreate].filter((sample) => sample !== undefined);
  if (owned.length === 0 || settings.crossUserStatus !== 403) return refused;
  const label = "another user's resource";
  const token = await goodToken(lab.idp, users.other);
  const foreign = owned.map((sample) => ({
    label,
    request: lab.request(sample, { as: users.owner, token, label }),
  }));
  return [...refused, ...foreign];
}

async function forAnotherAudience({ idp }: Lab, user: Principal): Promise<{ label: string; token: string }> {
  const { token } = await idp.mint({
    claims: { ...user.claims, sub: user.sub, aud: 'https://another-api.example' },
  });
  return { label: 'another audience', token };
}
