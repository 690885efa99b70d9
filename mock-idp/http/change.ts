import type { FaultAction } from '../control.ts';
import { isJsonObject, overlay } from '../json.ts';
import type { Answer } from './answer.ts';

/**
 * Another answer made of a good one, for the actions that do so.
 * @param snapshot the key set that `stale` replays
 */
export function changedBy(action: FaultAction, answer: Answer, snapshot: string): Answer {
  const { kind } = action;
  if (kind === 'stale') return { ...answer, body: snapshot };
  if (kind === 'invalid-json')
    return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) };
  if (kind === 'edit') return { ...answer, body: edited(answer, action.members) };
  if (kind === 'headers') return { ...answer, headers: { ...answer.headers, ...lowerCased(action.headers) } };
  return answer;
}

/** Header names are of no case (RFC 9110 §5.1); two spellings of one must not go out both. */
export function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function edited({ headers, body }: Answer, members: Readonly<Record<string, unknown>>): string {
  if (headers['content-type'] !== 'application/json') return body;
  const value: unknown = JSON.parse(body);
  return isJsonObject(value) ? JSON.stringify(overlay(value, members)) : body;
}
