import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { raw, type Request, type Response } from 'express';
import type { Observable } from 'rxjs';
import { MAX_BYTES, tooLarge, unsupported } from '../../node-task-api/index.js';

const parse = raw({ type: () => true, limit: MAX_BYTES, inflate: false });

/** Nest reads bodies before its guards run; here the guard comes first, so that no stranger's body is looked at. */
@Injectable()
export class BodyInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    await new Promise<void>((resolve, reject) => {
      parse(
        http.getRequest<Request>(),
        http.getResponse<Response>(),
        (error?: Error & { status?: number }) => {
          if (error === undefined || error === null) resolve();
          else if (error.status === 413) reject(tooLarge());
          else if (error.status === 415) reject(unsupported());
          else reject(error);
        },
      );
    });
    return next.handle();
  }
}
