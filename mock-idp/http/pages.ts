import { hash } from 'node:crypto';
import { MockIdpError } from '../errors.ts';
import { type Answer, statusOf } from './answer.ts';
import type { AuthorizationRequest, ReturnAddress } from './authorization-request.ts';
import { OAuthError } from './oauth-error.ts';
import type { Call } from './route.ts';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:3rem auto;padding:0 1rem}
h1{font-size:1.3rem}label,input,button{display:block;width:100%;box-sizing:border-box}
input,button{font:inherit;padding:.5rem;margin:.3rem 0 .8rem}.note{color:#555;font-size:.9rem}.wrong{color:#a00}`;

/** Nothing from elsewhere, no script, and no frame around it: what a page can be made to say must not act. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Where a user signs in: with a click, since every user is known, or with email and password. */
export function loginPage(
  { issuer }: Call,
  { client }: ReturnAddress,
  { loginHint = '', scope, query }: AuthorizationRequest,
  wrong = '',
): Answer {
  const users = issuer.common.users.map(
    ({ sub, name, email }) =>
      `<button name="user" value="${escaped(sub)}">${escaped(name)} (${escaped(email)})</button>`,
  );
  const action = `?${query.toString()}`;
  const form = `<form method="post" action="${escaped(action)}">`;
  return page(wrong === '' ? 200 : 401, 'Sign in', [
    `<p><strong>${escaped(client.clientId)}</strong> wants to sign you in${scope === '' ? '' : ` and asks for <strong>${escaped(scope)}</strong>`}.</p>`,
    ...(wrong === '' ? [] : [`<p class="wrong" role="alert">${escaped(wrong)}</p>`]),
    `${form}${users.join('')}</form>`,
    `${form}<label>Email<input name="email" type="email" autocomplete="username" value="${escaped(loginHint)}"></label>`,
    '<label>Password<input name="password" type="password" autocomplete="current-password"></label>',
    '<button>Sign in</button></form>',
    `${form}<button name="deny" value="1">Refuse</button></form>`,
    `<p class="note">${escaped(issuer.issuer)} is a mock identity provider for tests.</p>`,
  ]);
}

/** For the user, where nobody else can be told. */
export function errorPage(error: unknown): Answer {
  if (!(error instanceof OAuthError || error instanceof MockIdpError)) throw error;
  const status = error instanceof MockIdpError ? statusOf(error.code) : 400;
  return page(status, 'This cannot be done', [`<p>${escaped(error.message)}</p>`]);
}

export function signedOutPage(): Answer {
  return page(200, 'Signed out', ['<p>You are signed out.</p>']);
}

function page(status: number, title: string, content: readonly string[]): Answer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style></head><body><main><h1>${escaped(title)}</h1>${content.join('\n')}</main></body></html>`,
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => ENTITIES[character] ?? '');
}
