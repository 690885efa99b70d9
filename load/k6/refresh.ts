import exec from 'k6/execution';
import http from 'k6/http';
import { Counter } from 'k6/metrics';
import type { Options } from 'k6/options';
import { constantRate, FACTS, planOf, waitForStart } from './plan.ts';
import { sendGood } from './requests.ts';
import { IDP_URLS, number, text } from './settings.ts';

const refreshFailed = new Counter('refresh_failed');

/** Users who sign in once, refresh from then on, and use each access token at the API. */
export const options: Options = planOf(
  { refresh: constantRate('refresh', number('RATE', 20), number('DURATION', 15)) },
  {
    ...FACTS,
    refresh_failed: ['count==0'],
    'http_req_duration{kind:refresh}': [`p(95)<${number('REFRESH_P95', 200)}`],
  },
);

const USER = {
  email: text('USER_EMAIL', 'user@example.com'),
  password: text('USER_PASSWORD', 'password123'),
};

/** Of this VU: refresh tokens are used once (RFC 9700 §2.2.2), so no two may share one. */
let refreshToken: string | undefined;

export const setup = waitForStart;

export function refresh(): void {
  refreshToken ??= ask('sign-in', '/api/auth/sign-in/email', USER)?.refreshToken;
  if (refreshToken === undefined) return;
  const answer = ask('refresh', '/api/auth/refresh', { refreshToken });
  refreshToken = answer?.refreshToken;
  if (answer !== undefined) sendGood(answer.accessToken);
}

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

function ask(kind: string, path: string, body: object): Tokens | undefined {
  // A session is known to the server alone that began it.
  const idpUrl = IDP_URLS[exec.vu.idInTest % IDP_URLS.length] ?? '';
  const answer = http.post(idpUrl + path, JSON.stringify(body), {
    headers: { 'Content-Type': 'application/json' },
    tags: { kind, name: kind },
    timeout: '10s',
    responseType: 'text',
  });
  if (answer.status === 200) return answer.json() as unknown as Tokens;
  refreshFailed.add(1);
  return undefined;
}
