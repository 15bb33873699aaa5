import { Controller, Get, Header } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { Metrics } from '../../infrastructure/metrics/metrics.js';
import { LiveSchema, ReadySchema } from './health.schema.js';
import type { Live, Ready } from './health.schema.js';
import { HealthService } from './health.service.js';

/** What operators and orchestrators ask. */
@ApiTags('Health')
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthService,
    private readonly registry: Metrics,
  ) {}

  @Get('health/live')
  @Requires('health:read')
  @Operation({ id: 'getLive', summary: 'Whether the process runs', answers: LiveSchema })
  live(): Live {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @Requires('health:read')
  @Operation({
    id: 'getReady',
    summary: 'Whether the process can do its work',
    answers: ReadySchema,
    problems: ['not_ready'],
  })
  ready(): Promise<Ready> {
    return this.health.ready();
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiProduces('text/plain')
  @Requires('health:read')
  @Operation({ id: 'getMetrics', summary: 'Metrics in the text format of Prometheus', answers: z.string() })
  metrics(): Promise<string> {
    return this.registry.text();
  }
}
