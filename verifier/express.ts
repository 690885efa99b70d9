import type { IncomingMessage, ServerResponse } from 'node:http';
import { authErrorResponse } from './auth-error.ts';
import type { AuthErrorOptions, AuthErrorResponse } from './auth-error.ts';
import type { AuthErrorCode, VerifiedToken, Verifier } from './contract.ts';
import {
  authorizationLines,
  checkOwner,
  createAuthenticate,
  createScopeCheck,
  isRefusal,
  serverTiming,
} from './gate.ts';
import type { Admission, RealmOptions, RequireAuthOptions } from './gate.ts';
import type { Scope } from './scope.ts';

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

/**
 * Express middleware that lets a request pass only with a good token in its one `Authorization` header, and puts the
 * verified token into `request.auth`. Every other request gets the error answer of the contract.
 * @throws VerifierConfigError where the realm cannot stand in a challenge
 */
export function requireAuth(verifier: Verifier, options: RequireAuthOptions = {}): AuthMiddleware {
  const authenticate = createAuthenticate(verifier, options);
  const timed = options.serverTiming === true;

  return (request, response, next) => {
    const startedAt = timed ? performance.now() : 0;
    const settle = (admission: Admission): void => {
      if (isRefusal(admission)) {
        send(response, admission);
        return;
      }
      if (timed) response.appendHeader('server-timing', serverTiming(startedAt));
      request.auth = admission;
      next();
    };
    let admission: Admission | Promise<Admission>;
    try {
      admission = authenticate(authorizationLines(request.rawHeaders));
    } catch (error) {
      next(error);
      return;
    }
    if (admission instanceof Promise) admission.then(settle, next);
    else settle(admission);
  };
}

/**
 * Express middleware after `requireAuth`: lets a request pass only where its token grants the scope, or all of them.
 * @throws VerifierConfigError where a scope is none, or the realm cannot stand in a challenge
 */
export function requireScope(scope: Scope, options: RealmOptions = {}): AuthMiddleware {
  const check = createScopeCheck(scope, options);
  return ({ auth }, response, next) => {
    if (auth === undefined) {
      next(new Error('requireScope needs requireAuth before it.'));
      return;
    }
    const refusal = check(auth);
    if (refusal === undefined) next();
    else send(response, refusal);
  };
}

/**
 * Express middleware after `requireAuth`: lets a request pass only where the path parameter `parameter` is the `sub`
 * of its token, character by character.
 */
export function requireOwner(
  parameter: string,
): AuthMiddleware<AuthRequest & { readonly params: Readonly<Record<string, unknown>> }> {
  return ({ auth, params }, response, next) => {
    const owner = params[parameter];
    if (auth === undefined || typeof owner !== 'string') {
      const lack = auth === undefined ? 'requireAuth before it' : `a path parameter "${parameter}"`;
      next(new Error(`requireOwner needs ${lack}.`));
      return;
    }
    const refusal = checkOwner(auth, owner);
    if (refusal === undefined) next();
    else send(response, refusal);
  };
}

/** Answers a request with an error of the contract. Headers that were set before stay. */
export function sendAuthError(
  response: ServerResponse & { authError?: AuthErrorCode },
  code: AuthErrorCode,
  options?: AuthErrorOptions,
): void {
  send(response, authErrorResponse(code, options));
}

function send(
  response: ServerResponse & { authError?: AuthErrorCode },
  { status, headers, body }: AuthErrorResponse,
): void {
  response.authError = body.error_code;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const text = JSON.stringify(body);
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}
