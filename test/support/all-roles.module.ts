import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { API_GUARDS, API_MODULES } from '../../src/api.module.js';
import { InfrastructureModule } from '../../src/infrastructure/infrastructure.module.js';
import { HealthModule } from '../../src/modules/health/index.js';
import { workerModules } from '../../src/worker.module.js';

/** API and worker in one process. */
@Module({})
export class AllRolesModule {
  /** @param worker whether jobs run as well */
  static forRoot(config: Config, worker: boolean): DynamicModule {
    return {
      module: AllRolesModule,
      imports: [
        InfrastructureModule.forRole(config, 'api'),
        HealthModule.forProcess({ needsRedis: false }),
        ...API_MODULES,
        ...(worker ? workerModules() : []),
      ],
      providers: API_GUARDS,
    };
  }
}
