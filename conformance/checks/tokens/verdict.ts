import type { Forgery } from '../../../mock-idp/index.ts';
import { expectRefused, fail, observedAnswer, pass } from '../../finding.ts';
import type { Exchange, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess } from '../probes.ts';
import { expectExpired } from './expired.ts';
import { claimsOf, subjectOf } from './parts.ts';

/** Longer headers than this may be refused by the HTTP server before the guard sees them (RFC 6585 §5). */
const LONG_TOKEN = 7_000;

/** Judges an answer by what the forgery must lead to. */
export function judgeVerdict(
  lab: Lab,
  { verdict, defect }: Forgery,
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
      return expectExpired(exchange, defect);
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
