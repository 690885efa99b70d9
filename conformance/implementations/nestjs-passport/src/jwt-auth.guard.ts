import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import {
  checkOwner,
  type Claims,
  expiredToken,
  type Failure,
  invalidToken,
  keySetUnavailable,
  missingToken,
  settings,
} from '../../node-task-api/index.js';

/** The guard of the documentation, with the error bodies of the contract and its owner rule. */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  override handleRequest<User>(error: unknown, user: User, info: Error | undefined): User {
    if (error) throw error;
    if (!user) throw refusal(info);
    return user;
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const isActive = (await super.canActivate(context)) as boolean;
    const { params, user } = context.switchToHttp().getRequest<Request>();
    if (typeof params['user_id'] === 'string') checkOwner(user as Claims, params['user_id']);
    return isActive;
  }
}

function refusal(info: Error | undefined): Failure {
  if (info?.message === 'No auth token') return missingToken();
  if (info?.name === 'TokenExpiredError') return expiredToken();
  return settings.isHardened && isUnavailable(info) ? keySetUnavailable() : invalidToken();
}

/** The key set cannot be had, or is none. Being over its rate limit tells jwks-rsa nothing about the issuer. */
function isUnavailable(info: (Error & { isEndpointUnavailable?: boolean }) | undefined): boolean {
  return info?.isEndpointUnavailable === true || info?.name === 'JwksError';
}
