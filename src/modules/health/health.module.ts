import { Module, type DynamicModule } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { HealthService, NEEDS_REDIS } from './health.service.js';

/** Health and metrics of a process. */
@Module({})
export class HealthModule {
  /** The module of a process that is, or is not, of use without Redis. */
  static forProcess({ needsRedis }: { needsRedis: boolean }): DynamicModule {
    return {
      module: HealthModule,
      controllers: [HealthController],
      providers: [HealthService, { provide: NEEDS_REDIS, useValue: needsRedis }],
    };
  }
}
