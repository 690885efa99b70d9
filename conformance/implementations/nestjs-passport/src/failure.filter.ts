import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Failure, internal, invalid, noRoute } from '../../node-task-api/index.js';

/** Answers whatever was thrown as the contract says. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const failure = failureOf(error, http.getRequest<Request>().path);
    if (failure.status === 500) console.error(error);
    else if (failure.status === 401) console.log(`refused: ${failure.body.error_code}`);
    http.getResponse<Response>().status(failure.status).set(failure.headers).json(failure.body);
  }
}

function failureOf(error: unknown, path: string): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof HttpException && error.getStatus() === 404) return noRoute(path);
  // What Express says of a request that it cannot read.
  const { status = 500 } = error as { status?: number };
  const isClients = status < 500 || (error instanceof HttpException && error.getStatus() < 500);
  return isClients ? invalid('The request is malformed') : internal();
}
