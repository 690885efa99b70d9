export type * from './contract.ts';
export { authErrorResponse } from './auth-error.ts';
export type { AuthErrorBody, AuthErrorOptions, AuthErrorResponse } from './auth-error.ts';
export { JwksError, TokenError, VerifierConfigError } from './errors.ts';
export type { TokenErrorCode } from './errors.ts';
export { requireAuth, requireOwner, sendAuthError } from './express.ts';
export type { AuthMiddleware, AuthRequest, RequireAuthOptions } from './express.ts';
export { createVerifier } from './verify.ts';
