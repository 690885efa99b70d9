import { STATUS_CODES } from 'node:http';
import type { Answer } from './answer.ts';
import type { Bug } from './bugs.ts';
import type { Call } from './call.ts';

/** What a broken error handler makes of a good answer. */
export function spoil(answer: Answer, call: Call, bug: Bug): Answer {
  const { status } = answer;
  if (bug('session-created') && status === 200)
    return withHeaders(answer, { 'set-cookie': 'session=1; Path=/' });
  if (bug('success-cacheable') && status === 200) {
    return withHeaders(answer, { 'cache-control': 'public, max-age=60' });
  }
  if (status < 400) return answer;
  const body = answer.body as { readonly error_code: string; readonly message: string };
  const token = call.request.headers.authorization;
  if (bug('framework-body')) return { ...answer, body: { detail: body.message } };
  if (bug('token-echo') && token !== undefined)
    return { ...answer, body: { ...body, message: `Bad token ${token}` } };
  if (bug('html-errors')) {
    return {
      ...withHeaders(answer, { 'content-type': 'text/html' }),
      body: `<h1>${STATUS_CODES[status] ?? ''}</h1>`,
    };
  }
  if (bug('cacheable-401') && status === 401) return withHeaders(answer, { 'cache-control': 'max-age=60' });
  if (bug('no-challenge') && status === 401) return without(answer, 'www-authenticate');
  if (bug('no-challenge-when-anonymous') && body.error_code === 'missing_token')
    return without(answer, 'www-authenticate');
  if (bug('bare-challenge') && status === 401) return withHeaders(answer, { 'www-authenticate': 'Bearer' });
  if (bug('challenge-wrong-scheme') && status === 401)
    return withHeaders(answer, { 'www-authenticate': 'Basic realm="x"' });
  if (bug('anonymous-error') && body.error_code === 'missing_token') {
    return withHeaders(answer, { 'www-authenticate': 'Bearer realm="mutant", error="invalid_token"' });
  }
  if (bug('403-for-401') && status === 401) {
    return {
      ...without(answer, 'www-authenticate'),
      status: 403,
      body: { ...body, error: 'Forbidden', error_code: 'forbidden' },
    };
  }
  if (bug('400-for-401') && status === 401) return { ...without(answer, 'www-authenticate'), status: 400 };
  if (bug('redirect-to-login') && status === 401)
    return { ...withHeaders(answer, { location: '/login' }), status: 302 };
  if (bug('no-retry-after') && status === 503) return without(answer, 'retry-after');
  if (bug('jwks-detail') && status === 503) {
    return { ...answer, body: { ...body, message: 'fetch failed: connect ECONNREFUSED 127.0.0.1:4000' } };
  }
  if (bug('code-drift') && call.path.includes('/tasks'))
    return { ...answer, body: { ...body, error_code: 'auth_error' } };
  if (bug('403-blames-token') && status === 403)
    return withHeaders(answer, { 'www-authenticate': 'Bearer realm="mutant", error="invalid_token"' });
  if (bug('403-coded-as-401') && status === 403)
    return { ...answer, body: { ...body, error_code: 'invalid_token' } };
  if (bug('cookie-on-401') && status === 401)
    return withHeaders(answer, { 'set-cookie': 'visitor=1; Path=/' });
  if (bug('library-text') && status === 401)
    return { ...answer, body: { ...body, message: 'JsonWebTokenError: jwt malformed' } };
  if (bug('challenge-unquoted') && status === 401)
    return withHeaders(answer, { 'www-authenticate': 'Bearer realm=the api, error=invalid token' });
  if (bug('challenge-in-latin1') && status === 401) {
    const challenge = 'Bearer realm="mutant", error_description="Jeton p\u00e9rim\u00e9"';
    return withHeaders(answer, { 'www-authenticate': challenge });
  }
  if (bug('status-in-body-differs')) return { ...answer, body: { ...body, status: 500 } };
  if (bug('json-not-strict')) {
    return { ...answer, body: JSON.stringify(body).replace(/}$/, ',"retry_after":NaN}') };
  }
  const wantsPage = String(call.request.headers.accept).includes('text/html');
  if ((bug('html-for-browsers') && wantsPage) || (bug('404-html') && status === 404)) {
    return { ...withHeaders(answer, { 'content-type': 'text/html' }), body: '<h1>No</h1>' };
  }
  if (bug('allow-missing') && status === 405) return without(answer, 'allow');
  return answer;
}

function withHeaders(answer: Answer, headers: Record<string, string>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function without(answer: Answer, header: string): Answer {
  const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => name !== header));
  return { ...answer, headers };
}
