import type { FastifyPluginCallback, FastifyReply, onRequestHookHandler } from 'fastify';
import type { AuthErrorResponse } from './auth-error.ts';
import type { VerifiedToken, Verifier } from './contract.ts';
import {
  authorizationLines,
  checkOwner,
  createAuthenticate,
  createScopeCheck,
  isRefusal,
  serverTiming,
} from './gate.ts';
import type { Admission, CheckScope, RealmOptions, RequireAuthOptions } from './gate.ts';
import type { Scope } from './scope.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The verified token of the request; set by `fastifyAuth`. */
    auth?: VerifiedToken;
  }
}

export interface FastifyAuthOptions extends RequireAuthOptions {
  readonly verifier: Verifier;
}

/**
 * Fastify plugin: every request to the instance it is registered on passes only with a good token in its one
 * `Authorization` header, which is then in `request.auth`. Every other request gets the error answer of the contract.
 * Register it inside `app.register(async (api) => { … })` to guard the routes of that part alone.
 */
export const fastifyAuth: FastifyPluginCallback<FastifyAuthOptions> = (app, options, done) => {
  try {
    // Fastify wants every member of a request known beforehand, and once.
    if (!app.hasRequestDecorator('auth')) app.decorateRequest('auth', undefined);
    app.addHook('onRequest', requireAuth(options));
    done();
  } catch (error) {
    // Thrown here, it would end the process.
    done(error instanceof Error ? error : new Error(String(error)));
  }
};
// Or the hook would guard only what the plugin itself registers (what `fastify-plugin` does).
Object.assign(fastifyAuth, { [Symbol.for('skip-override')]: true });

function requireAuth({ verifier, ...options }: FastifyAuthOptions): onRequestHookHandler {
  const authenticate = createAuthenticate(verifier, options);
  const timed = options.serverTiming === true;
  return (request, reply, next) => {
    const startedAt = timed ? performance.now() : 0;
    const settle = (admission: Admission): void => {
      if (isRefusal(admission)) {
        send(reply, admission);
        return;
      }
      if (timed) void reply.header('server-timing', serverTiming(startedAt));
      request.auth = admission;
      next();
    };
    // What is thrown here, Fastify catches.
    const admission = authenticate(authorizationLines(request.raw.rawHeaders));
    if (admission instanceof Promise) admission.then(settle, next);
    else settle(admission);
  };
}

/**
 * Hook for routes behind `fastifyAuth`: the token must grant the scope, or all of them.
 * @throws VerifierConfigError where a scope is none, or the realm cannot stand in a challenge
 * @example
 * app.post('/tasks', { onRequest: requireScope('tasks:write') }, createTask);
 */
export function requireScope(scope: Scope, options: RealmOptions = {}): onRequestHookHandler {
  return hook('requireScope', createScopeCheck(scope, options));
}

/** Hook for routes behind `fastifyAuth`: the path parameter must be the `sub` of the token, character by character. */
export function requireOwner(parameter: string): onRequestHookHandler {
  return (request, reply, next) => {
    const owner = (request.params as Readonly<Record<string, unknown>>)[parameter];
    if (typeof owner !== 'string') next(new Error(`requireOwner needs a path parameter "${parameter}".`));
    else hook('requireOwner', (auth) => checkOwner(auth, owner)).call(request.server, request, reply, next);
  };
}

function hook(name: string, check: CheckScope): onRequestHookHandler {
  return ({ auth }, reply, next) => {
    if (auth === undefined) {
      next(new Error(`${name} needs fastifyAuth before it.`));
      return;
    }
    const refusal = check(auth);
    if (refusal === undefined) next();
    else send(reply, refusal);
  };
}

function send(reply: FastifyReply, { status, headers, body }: AuthErrorResponse): void {
  void reply.code(status).headers(headers).send(JSON.stringify(body));
}
