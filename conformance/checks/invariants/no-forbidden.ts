import { notApplicable } from '../../finding.ts';
import type { Evidence } from '../../invariant.ts';
import type { Finding } from '../../model.ts';

/** Why a run has no 403 to judge, where none could be provoked; `undefined` where one was seen or ought to have been. */
export function noForbidden({ exchanges, operations, settings }: Evidence): Finding | undefined {
  if (exchanges.some(({ response }) => response.status === 403)) return undefined;
  if (settings.crossUserStatus === 404)
    return notApplicable("another user's resource is declared to be answered 404");
  if (operations.all.some(({ operation }) => operation.owner !== undefined)) return undefined;
  return notApplicable('no operation of the contract names its owner in the path');
}
