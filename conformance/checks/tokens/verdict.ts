import type { Forgery } from '../../../mock-idp/index.ts';
import { expectRefused, fail, observedAnswer, pass } from '../../finding.ts';
import type { Exchange, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess } from '../probes.ts';
import { expectExpired } from './expired.ts';
import { claimsOf, subjectOf } from './parts.ts';

/** Longer headers than this may be refused by the HTTP server before the guard sees them (RFC 6585 §5). */
const LONG_TOKEN = 7_000;

/**
 * Expired tokens that may as well be refused as invalid: RFC 7519 §4 allows to refuse repeated names, and who counts seconds
 * since 1970 without a sign has no number for a time before. The code of the plain one is judged apart (`err-code-expired`), so
 * that an API which never compares exp is told from one whose refusal has the wrong name.
 */
const OTHERWISE_REFUSED: readonly string[] = ['jws-dup-claim-exp', 'exp-negative-zero', 'exp-past'];

/** Judges an answer by what the forgery must lead to. */
export function judgeVerdict(
  lab: Lab,
  { verdict, defect, requirement }: Forgery,
  token: string,
  exchange: Exchange,
): Finding {
  switch (verdict) {
    case 'refuse':
      return expectRefused(exchange, {
        status: token.length > LONG_TOKEN ? [401, 400, 413, 414, 431] : [401],
        codes: ['invalid_token'],
        expected: `refused with 401 invalid_token (${defect})`,
      });
    case 'expire':
      return expectExpired(lab, exchange, {
        defect,
        codes: OTHERWISE_REFUSED.includes(requirement) ? ['invalid_token'] : [],
      });
    case 'accept':
      return acceptedAsNamed(lab, token, exchange);
    case 'either':
      if (isSuccess(exchange)) return acceptedAsNamed(lab, token, exchange);
      return (exchange.response.status < 500 ? pass : fail)(
        `served as the token's own sub, or refused (${defect})`,
        observedAnswer(exchange),
        exchange,
      );
  }
}

/** Forged tokens are made from the owner's, so where the payload names nobody it can only be the owner. */
function acceptedAsNamed(lab: Lab, token: string, exchange: Exchange): Finding {
  return acceptedAs(lab, exchange, {
    sub: subjectOf(token) ?? lab.users.owner.sub,
    claims: claimsOf(token) ?? {},
  });
}
