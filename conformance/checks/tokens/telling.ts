import type { Forgery } from '../../../mock-idp/index.ts';
import { leftOut } from '../../calibration.ts';
import { NotTestable } from '../../finding.ts';
import type { Lab } from '../../model.ts';

/**
 * Where every token with a claim is refused, the refusal of one that has it in a forged form says nothing.
 *
 * @throws NotTestable for such a token
 */
export function assertTelling({ users }: Lab, { verdict }: Forgery, token: string): void {
  if (verdict === 'accept') return;
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  const claim = leftOut(users.owner).find((name) => payload.includes(`"${name}"`));
  if (claim === undefined) return;
  throw new NotTestable(
    `the backend refuses every token that has ${claim}, so a refusal of this one says nothing`,
  );
}
