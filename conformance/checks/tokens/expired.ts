import { expectRefused } from '../../finding.ts';
import type { Exchange, Finding } from '../../model.ts';

/**
 * Judges that a token was refused because it has expired. Which of the two codes says so is a matter of its own
 * (`err-code-expired`): a client that signs in again where it could have renewed is no hole.
 */
export function expectExpired(exchange: Exchange, defect = 'expired'): Finding {
  return expectRefused(exchange, {
    codes: ['token_expired', 'invalid_token'],
    expected: `refused with 401 (${defect})`,
  });
}
