import { Controller, Get, Header } from '@nestjs/common';
import { METRICS, METRICS_TYPE, OPEN_ROUTES } from '../../node-task-api/index.js';

@Controller()
export class ServiceController {
  @Get('health')
  health(): unknown {
    return OPEN_ROUTES['/health'];
  }

  @Get('ready')
  ready(): unknown {
    return OPEN_ROUTES['/ready'];
  }

  @Get('metrics')
  @Header('Content-Type', METRICS_TYPE)
  metrics(): string {
    return METRICS;
  }
}
