import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';
import type { Answer } from '../../node-task-api/index.js';

/** Sends an `Answer` as what it is. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor<Answer, unknown> {
  intercept(context: ExecutionContext, next: CallHandler<Answer>): Observable<unknown> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      map(({ status, body, headers }) => {
        response.status(status).set(headers ?? {});
        return body;
      }),
    );
  }
}
