import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { InfrastructureModule } from './infrastructure/infrastructure.module.js';
import { RelayModule } from './infrastructure/outbox/outbox.module.js';
import { QueuesModule } from './infrastructure/queues/queues.module.js';
import { TasksModule } from './infrastructure/tasks/tasks.module.js';
import { HealthWorkerModule } from './modules/health/health.worker.module.js';
import { HealthModule } from './modules/health/index.js';
import { MediaWorkerModule } from './modules/media/media.worker.module.js';
import { NotificationsWorkerModule } from './modules/notifications/notifications.worker.module.js';
import { OrdersWorkerModule } from './modules/orders/orders.worker.module.js';
import { ProductsWorkerModule } from './modules/products/products.worker.module.js';
import { WebhooksWorkerModule } from './modules/webhooks/webhooks.worker.module.js';
import { TASK_SCHEDULE } from './schedule.js';

/** What does the work of a worker: the queues are read when this is called, so that all are declared by then. */
export const workerModules = () => [
  QueuesModule.forWorker(),
  RelayModule,
  TasksModule.forSchedule(TASK_SCHEDULE),
  NotificationsWorkerModule,
  OrdersWorkerModule,
  ProductsWorkerModule,
  MediaWorkerModule,
  HealthWorkerModule,
  WebhooksWorkerModule,
];

/** The worker: jobs and the relay, and of routes only health and metrics. */
@Module({})
export class WorkerModule {
  /** The root module of a worker process. */
  static forRoot(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        InfrastructureModule.forRole(config, 'worker'),
        HealthModule.forProcess({ needsRedis: true }),
        ...workerModules(),
      ],
    };
  }
}
