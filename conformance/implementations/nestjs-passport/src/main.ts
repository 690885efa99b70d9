import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { commonHeaders, exitWithout, preflight, settings } from '../../node-task-api/index.js';
import { FailureFilter } from './failure.filter.js';
import { findKeys, JwtStrategy } from './jwt.strategy.js';
import { ServiceController } from './service.controller.js';
import { TasksController } from './tasks.controller.js';

@Module({
  imports: [PassportModule],
  controllers: [ServiceController, TasksController],
  providers: [JwtStrategy],
})
class AppModule {}

if (settings.isHardened) await findKeys().catch(exitWithout);
const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  bodyParser: false,
  forceCloseConnections: true,
  logger: ['error', 'warn'],
});
app.disable('x-powered-by');
app.set('case sensitive routing', true);
app.set('strict routing', true);
app.use((request: Request, response: Response, next: NextFunction) => {
  response.set(commonHeaders(request.headers.origin));
  const answer = preflight(request.method, request.headers);
  if (answer === undefined) next();
  else response.status(answer.status).set(answer.headers).end();
});
app.useGlobalFilters(new FailureFilter());
app.enableShutdownHooks(['SIGTERM']);
await app.listen(settings.port, settings.host);
