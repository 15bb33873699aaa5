import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { IdempotencySweep } from './infrastructure/idempotency/idempotency-sweep.js';
import { InfrastructureModule } from './infrastructure/infrastructure.module.js';
import { RelayModule } from './infrastructure/outbox/outbox.module.js';
import { QueuesModule } from './infrastructure/queues/queues.module.js';
import { HealthModule } from './modules/health/index.js';
import { NotificationsWorkerModule } from './modules/notifications/notifications.worker.module.js';
import { OrdersWorkerModule } from './modules/orders/orders.worker.module.js';
import { ProductsWorkerModule } from './modules/products/products.worker.module.js';

/** The modules with jobs. */
export const WORKER_MODULES = [NotificationsWorkerModule, OrdersWorkerModule, ProductsWorkerModule];

/** What a worker does beside the jobs. */
export const WORKER_PROVIDERS = [IdempotencySweep];

/** The worker: jobs and the relay, and of routes only health and metrics. */
@Module({})
export class WorkerModule {
  /** The root module of a worker process. */
  static forRoot(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        InfrastructureModule.forRole(config, 'worker'),
        QueuesModule.forWorker(),
        RelayModule,
        HealthModule.forProcess({ needsRedis: true }),
        ...WORKER_MODULES,
      ],
      providers: WORKER_PROVIDERS,
    };
  }
}
