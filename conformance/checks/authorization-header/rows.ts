import { expectRefused, observedAnswer, fail, pass } from '../../finding.ts';
import type { Check, Exchange, Finding, Lab } from '../../model.ts';
import { acceptedAs } from '../identity.ts';
import { isSuccess, judgeEach, type Probe, sendControl, type SeriesOptions } from '../probes.ts';
import { goodToken } from '../../lab.ts';
import type { Edit } from './edits.ts';

/** Ways to send a good token, by the name under which the report shows each. */
export type Variants = Readonly<Record<string, Edit>>;

export interface RefusalRow extends SeriesOptions {
  /** Statuses that refuse; `malformed` lets the setting `malformedCredentialsStatus` decide. */
  readonly status?: readonly number[] | 'malformed';
  /** Error codes that fit; default: any of a 401. */
  readonly codes?: readonly string[];
}

/** A check that a good token, sent in each of these ways, is refused by the primary operation. */
export function refuses(id: string, variants: Variants, row: RefusalRow = {}): Check {
  return sends(
    id,
    variants,
    (exchange, lab) =>
      expectRefused(exchange, {
        status: row.status === 'malformed' ? malformedStatuses(lab) : (row.status ?? 401),
        ...(row.codes && { codes: row.codes }),
      }),
    row,
  );
}

/** A check that a good token, sent in each of these ways, is accepted by the primary operation. */
export function accepts(id: string, variants: Variants): Check {
  return sends(id, variants, (exchange, lab) => acceptedAs(lab, exchange, lab.users.owner));
}

/** A check that a good token, sent in each of these ways, is served as its user or refused, and nothing else. */
export function acceptsOrRefuses(id: string, variants: Variants, statuses: readonly number[]): Check {
  return sends(id, variants, (exchange, lab) => {
    if (isSuccess(exchange)) return acceptedAs(lab, exchange, lab.users.owner);
    const expected = `served as the token's user, or refused with ${statuses.join(' or ')}`;
    const verdict = statuses.includes(exchange.response.status) ? pass : fail;
    return verdict(expected, observedAnswer(exchange), exchange);
  });
}

/** Statuses for credentials that are no well-formed Bearer credentials. */
export function malformedStatuses(lab: Lab): readonly number[] {
  return lab.settings.malformedCredentialsStatus === 400 ? [400, 401] : [401];
}

function sends(
  id: string,
  variants: Variants,
  judge: (exchange: Exchange, lab: Lab) => Finding | Promise<Finding>,
  options: SeriesOptions = {},
): Check {
  return {
    id,
    runs: 'beside',
    run: async (lab) => {
      const { primary } = lab.operations;
      await sendControl(lab, primary);
      const token = await goodToken(lab.idp, lab.users.owner);
      const probes = Object.entries(variants).map(([label, edit]): Probe => ({
        label,
        request: edit(lab.request(primary, {}), token),
      }));
      return judgeEach(lab, probes, (exchange) => judge(exchange, lab), options);
    },
  };
}
