import type { IncomingMessage, ServerResponse } from 'node:http';
import { authErrorResponse, checkRealm } from './auth-error.ts';
import type { AuthErrorOptions } from './auth-error.ts';
import { parseAuthorization } from './bearer.ts';
import type { AuthErrorCode, VerifiedToken, Verifier } from './contract.ts';
import { TokenError } from './errors.ts';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- express looks for additions here.
  namespace Express {
    interface Request {
      /** The verified token of the request; set by `requireAuth`. */
      auth?: VerifiedToken;
    }
    interface Response {
      /** What the token gate answered, where it refused the request; for logs and metrics. */
      authError?: AuthErrorCode;
    }
  }
}

/** What the middleware needs of an express request; anything that is built on `node:http` has it. */
export type AuthRequest = IncomingMessage & { auth?: VerifiedToken };

export type AuthMiddleware<R = AuthRequest> = (
  request: R,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

export interface RequireAuthOptions {
  /** Name of the protected space in the challenge (RFC 9110 §11.5); default `api`. */
  readonly realm?: string;
}

/**
 * Express middleware that lets a request pass only with a good token in its one `Authorization` header, and puts the
 * verified token into `request.auth`. Every other request gets the error answer of the contract.
 * @throws VerifierConfigError where the realm cannot stand in a challenge
 */
export function requireAuth(verifier: Verifier, options: RequireAuthOptions = {}): AuthMiddleware {
  const { realm } = options;
  checkRealm(realm);
  const refuse = (response: ServerResponse, error: unknown, next: (error?: unknown) => void): void => {
    if (!(error instanceof TokenError)) next(error);
    else sendAuthError(response, error.code, { realm, retryAfter: error.retryAfter });
  };

  return (request, response, next) => {
    const credentials = parseAuthorization(authorizationLines(request.rawHeaders));
    if (typeof credentials === 'string') {
      sendAuthError(response, credentials === 'missing' ? 'missing_token' : 'invalid_token', { realm });
      return;
    }
    let verified: VerifiedToken | undefined;
    try {
      verified = verifier.verifySync(credentials.token);
    } catch (error) {
      refuse(response, error, next);
      return;
    }
    if (verified !== undefined) {
      request.auth = verified;
      next();
      return;
    }
    verifier.verify(credentials.token).then(
      (late) => {
        request.auth = late;
        next();
      },
      (error: unknown) => {
        refuse(response, error, next);
      },
    );
  };
}

/**
 * Express middleware after `requireAuth`: lets a request pass only where the path parameter `parameter` is the `sub`
 * of its token, character by character.
 */
export function requireOwner(
  parameter: string,
): AuthMiddleware<AuthRequest & { readonly params: Readonly<Record<string, unknown>> }> {
  return (request, response, next) => {
    const owner = request.params[parameter];
    if (request.auth === undefined || owner === undefined) {
      const lack = request.auth === undefined ? 'requireAuth before it' : `a path parameter "${parameter}"`;
      next(new Error(`requireOwner needs ${lack}.`));
    } else if (owner === request.auth.claims.sub) next();
    else sendAuthError(response, 'forbidden');
  };
}

/** Answers a request with an error of the contract. Headers that were set before stay. */
export function sendAuthError(
  response: ServerResponse & { authError?: AuthErrorCode },
  code: AuthErrorCode,
  options?: AuthErrorOptions,
): void {
  const { status, headers, body } = authErrorResponse(code, options);
  response.authError = code;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const text = JSON.stringify(body);
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}

/** All values of the header as sent: `request.headers` keeps the first of several lines and hides the rest. */
function authorizationLines(rawHeaders: readonly string[]): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 13 && name.toLowerCase() === 'authorization')
      values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}
