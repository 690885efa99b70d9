import http from 'k6/http';
import type { RefinedParams, RefinedResponse } from 'k6/http';
import { Counter, Trend } from 'k6/metrics';
import { OPEN_PATH, TARGET_PATH, TARGET_URL } from './settings.ts';

/** What became of good and bad tokens, for thresholds and summaries of k6's own. */
const goodRefused = new Counter('good_refused');
const badAccepted = new Counter('bad_accepted');
const badFailed = new Counter('bad_failed');
/** Milliseconds the backend took to verify a token. */
const verification = new Trend('verification', true);

/** What a request is counted as: `calm` is `good` before a disturbance, `hot` the one token everybody sends. */
export type Kind = 'good' | 'hot' | 'calm' | 'bad' | 'open';
type Answer = RefinedResponse<'none'>;

/** @returns whether the backend said how long verification took */
export function sendGood(token: string, kind: Kind = 'good'): boolean {
  const answer = send(TARGET_PATH, kind, { Authorization: `Bearer ${token}` });
  if (answer.status < 200 || answer.status > 299) goodRefused.add(1);
  return measure(answer);
}

/** A bad token must be refused, by a 4xx; while its key cannot be looked up, by 503. */
export function sendBad(token: string, forgery: string): void {
  judgeBad(send(TARGET_PATH, 'bad', { Authorization: `Bearer ${token}` }, forgery));
}

export function sendNothing(): void {
  judgeBad(send(TARGET_PATH, 'bad', {}, 'no-token'));
}

/**
 * A good token, and where the backend does not tell the time itself, an open request before it over the same connection:
 * what the second took longer is put down to verification. That is too much rather than too little.
 */
let told: boolean | undefined;
export function sendMeasured(token: string, kind: Kind): void {
  if (told !== false || OPEN_PATH === '') {
    told = sendGood(token, kind);
    return;
  }
  const open = send(OPEN_PATH, 'open', {});
  const answer = send(TARGET_PATH, kind, { Authorization: `Bearer ${token}` });
  if (answer.status < 200 || answer.status > 299) goodRefused.add(1);
  else if (open.status !== 0) {
    verification.add(Math.max(0, answer.timings.duration - open.timings.duration), { source: 'paired' });
  }
}

function send(path: string, kind: Kind, headers: Record<string, string>, forgery: string = ''): Answer {
  const tags = forgery === '' ? { kind, name: kind } : { kind, forgery, name: kind };
  const params: RefinedParams<'none'> = { headers, tags, redirects: 0, timeout: '10s', responseType: 'none' };
  return http.get(TARGET_URL + path, params);
}

function judgeBad({ status }: Answer): void {
  if (status >= 200 && status < 400) badAccepted.add(1);
  else if (status < 400 || (status >= 500 && status !== 503)) badFailed.add(1);
}

/** `Server-Timing: jwt;dur=0.134` (W3C Server Timing). */
function measure({ headers }: Answer): boolean {
  const [, duration] =
    /(?:^|,)\s*jwt\s*;[^,]*?\bdur\s*=\s*"?([\d.]+)/i.exec(headers['Server-Timing'] ?? '') ?? [];
  if (duration === undefined) return false;
  verification.add(Number(duration), { source: 'server-timing' });
  return true;
}
