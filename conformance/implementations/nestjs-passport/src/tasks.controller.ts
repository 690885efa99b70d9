import {
  All,
  Controller,
  Delete,
  Get,
  Param,
  Patch,
  Post,
  Query,
  Req,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { Request } from 'express';
import { type Answer, type Claims, noRoute, readTask, TaskApi } from '../../node-task-api/index.js';
import { AnswerInterceptor } from './answer.interceptor.js';
import { BodyInterceptor } from './body.interceptor.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';

@Controller('api')
@UseGuards(JwtAuthGuard)
@UseInterceptors(AnswerInterceptor, BodyInterceptor)
export class TasksController {
  readonly #tasks = new TaskApi();

  @Get('v1/me')
  me(@Req() request: Request): Answer {
    return this.#tasks.me(request.user as Claims);
  }

  @Get('v1/:user_id/tasks')
  list(@Param('user_id') owner: string, @Query() query: Record<string, string>): Answer {
    return this.#tasks.list(owner, query);
  }

  @Post('v1/:user_id/tasks')
  create(@Param('user_id') owner: string, @Req() { body, headers }: Request): Answer {
    return this.#tasks.create(owner, readTask(body as Buffer, headers, { creating: true }));
  }

  @Get('v1/:user_id/tasks/:task_id')
  get(@Param('user_id') owner: string, @Param('task_id') id: string): Answer {
    return this.#tasks.get(owner, id);
  }

  @Patch('v1/:user_id/tasks/:task_id')
  update(
    @Param('user_id') owner: string,
    @Param('task_id') id: string,
    @Req() { body, headers }: Request,
  ): Answer {
    return this.#tasks.update(owner, id, readTask(body as Buffer, headers, { creating: false }));
  }

  @Delete('v1/:user_id/tasks/:task_id')
  delete(@Param('user_id') owner: string, @Param('task_id') id: string): Answer {
    return this.#tasks.delete(owner, id);
  }

  /** Below /api only callers with a good token are told which paths there are. */
  @All(['v1/:user_id/tasks', 'v1/:user_id/tasks/:task_id', '*path'])
  nothing(@Req() { path }: Request): never {
    throw noRoute(path);
  }
}
