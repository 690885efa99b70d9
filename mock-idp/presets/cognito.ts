import { uuidOf } from '../uuid.ts';
import { DEFAULT_SCOPE, type Preset } from './preset.ts';

/** Amazon Cognito: no `aud` but `client_id`, and `token_use` tells an access token from an ID token. */
export const cognito: Preset = {
  name: 'cognito',
  issuerPath: '',
  paths: {
    jwks: '/.well-known/jwks.json',
    authorize: '/oauth2/authorize',
    token: '/oauth2/token',
    userinfo: '/oauth2/userInfo',
    introspection: null,
    revocation: '/oauth2/revoke',
    endSession: '/logout',
  },
  jwk: {},
  references: [
    'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html',
    'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html',
  ],
  typ: undefined,
  accessToken: ({ issuer, audience, user, clientId = audience, scope = DEFAULT_SCOPE, ...context }) => {
    const { authTime, jti, lifetime, now } = context;
    const subject = user?.sub ?? clientId;
    return {
      sub: subject,
      iss: issuer,
      version: 2,
      client_id: clientId,
      origin_jti: user && uuidOf(`${subject} origin_jti`),
      event_id: user && uuidOf(`${subject} event_id`),
      token_use: 'access',
      scope,
      auth_time: authTime ?? now,
      exp: now + lifetime,
      iat: now,
      jti: jti ?? uuidOf(`${subject} ${now}`),
      username: user?.sub,
    };
  },
  idToken: ({ issuer, user, clientId, authTime, nonce, lifetime, now }) => ({
    sub: user?.sub,
    email_verified: true,
    iss: issuer,
    'cognito:username': user?.sub,
    origin_jti: uuidOf(`${user?.sub ?? ''} origin_jti`),
    aud: clientId,
    event_id: uuidOf(`${user?.sub ?? ''} event_id`),
    token_use: 'id',
    auth_time: authTime,
    nonce,
    name: user?.name,
    exp: now + lifetime,
    iat: now,
    jti: uuidOf(`${user?.sub ?? ''} id ${now}`),
    email: user?.email,
  }),
};
