import { expectRefused } from '../../finding.ts';
import type { Exchange, Finding, Lab } from '../../model.ts';

/** Judges that a token was refused because it has expired, by that name where the contract has one for it. */
export function expectExpired(
  lab: Lab,
  exchange: Exchange,
  { defect = 'expired', codes = [] }: { readonly defect?: string; readonly codes?: readonly string[] } = {},
): Finding {
  const own = distinguishesExpiry(lab) ? ['token_expired'] : ['token_expired', 'invalid_token'];
  return expectRefused(exchange, {
    codes: [...own, ...codes],
    expected: `refused with 401 token_expired (${defect})`,
  });
}

function distinguishesExpiry({ operations }: Lab): boolean {
  const responses = Object.values(operations.primary.operation.responses);
  return JSON.stringify(responses.map(({ content }) => content)).includes('"token_expired"');
}
