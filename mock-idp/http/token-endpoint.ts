import type { Client } from '../clients.ts';
import type { Grant } from '../grants.ts';
import { PATHS } from '../paths.ts';
import { didYouMean } from '../suggest.ts';
import { type Answer, json } from './answer.ts';
import { authenticateClient } from './client-authentication.ts';
import { NO_STORE, OAuthError, parameter, refusingAsOAuth, requiredParameter } from './oauth-error.ts';
import { at, type Call, formOf, type Routes } from './route.ts';
import { audienceOf, isWithin } from './scope.ts';

/** RFC 6749 §3.2. */
export const tokenRoutes: Routes = at(PATHS.token, {
  endpoint: ({ form }) =>
    form instanceof URLSearchParams && form.get('grant_type') === 'refresh_token' ? 'refresh' : 'token',
  form: true,
  methods: { POST: refusingAsOAuth(answerToken) },
});

type GrantType = (call: Call, form: URLSearchParams, client: Client) => Promise<Answer>;

const GRANT_TYPES: Readonly<Record<string, GrantType>> = {
  authorization_code: forCode,
  refresh_token: forRefreshToken,
  client_credentials: forClient,
};

export const GRANT_TYPES_SUPPORTED: readonly string[] = Object.keys(GRANT_TYPES);

async function answerToken(call: Call): Promise<Answer> {
  const form = formOf(call);
  const grantType = requiredParameter(form, 'grant_type');
  const client = authenticateClient(call, form);
  const answer = Object.hasOwn(GRANT_TYPES, grantType) ? GRANT_TYPES[grantType] : undefined;
  if (answer === undefined) {
    const hint = didYouMean(grantType, GRANT_TYPES_SUPPORTED);
    throw new OAuthError(
      'unsupported_grant_type',
      `grant_type "${grantType.slice(0, 64)}" is not known${hint}`,
    );
  }
  return answer(call, form, client);
}

/** RFC 6749 §4.1.3. */
async function forCode(call: Call, form: URLSearchParams, { clientId }: Client): Promise<Answer> {
  const granted = call.issuer.state.grants.redeem({
    code: requiredParameter(form, 'code'),
    clientId,
    redirectUri: parameter(form, 'redirect_uri'),
    verifier: parameter(form, 'code_verifier'),
  });
  if (typeof granted === 'string') throw new OAuthError('invalid_grant', granted);
  const { id, grant, refreshToken } = granted;
  return tokens(call, id, grant, refreshToken);
}

/** RFC 6749 §6: the scope may become narrower, never wider. */
async function forRefreshToken(call: Call, form: URLSearchParams, { clientId }: Client): Promise<Answer> {
  const { grants } = call.issuer.state;
  const refreshToken = requiredParameter(form, 'refresh_token');
  const current = grants.find(refreshToken);
  if (current !== undefined && current.clientId !== clientId) {
    throw new OAuthError('invalid_grant', 'The refresh token was given to another client');
  }
  const scope = parameter(form, 'scope') ?? current?.scope ?? '';
  if (current !== undefined && !isWithin(scope, current.scope)) {
    throw new OAuthError('invalid_scope', 'The scope goes beyond what the user has allowed');
  }
  const refreshed = grants.refresh(refreshToken);
  switch (refreshed.outcome) {
    case 'rotated':
      return tokens(call, refreshed.subject.id, { ...refreshed.subject, scope }, refreshed.refreshToken);
    case 'reused':
      throw new OAuthError(
        'invalid_grant',
        'The refresh token was used before; all tokens of its grant have been revoked',
      );
    case 'unknown':
      throw new OAuthError('invalid_grant', 'The refresh token is unknown, or has been revoked');
  }
}

/** RFC 6749 §4.4.3: no refresh token, for the client can ask again at any time. */
async function forClient({ issuer }: Call, form: URLSearchParams, { clientId }: Client): Promise<Answer> {
  const scope = parameter(form, 'scope') ?? '';
  const accessToken = await issuer.tokens.forClient(clientId, scope, audienceOf(form));
  return json(200, tokenResponse(accessToken, issuer.state.settings.tokenLifetime, scope), NO_STORE);
}

/** RFC 6749 §5.1, OpenID Connect Core §3.1.3.3. */
async function tokens(
  { issuer }: Call,
  grantId: string,
  grant: Grant,
  refreshToken: string,
): Promise<Answer> {
  const { accessToken, idToken } = await issuer.tokens.forGrant(grantId, grant);
  return json(
    200,
    {
      ...tokenResponse(accessToken, issuer.state.settings.tokenLifetime, grant.scope),
      refresh_token: refreshToken,
      ...(idToken !== undefined && { id_token: idToken }),
    },
    NO_STORE,
  );
}

function tokenResponse(accessToken: string, lifetime: number, scope: string): object {
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: lifetime,
    ...(scope !== '' && { scope }),
  };
}
