import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../../config/config.js';
import { Clock } from './clock/clock.js';
import { dataSourceOptions } from './database/data-source.js';
import { Database } from './database/database.js';
import { Notifications } from './database/notifications.js';
import { SearchConnections } from './database/search-connections.js';
import { EventStreamsModule } from './event-streams/event-streams.module.js';
import { AnswerInterceptor } from './http/answer.interceptor.js';
import { DryRunInterceptor } from './http/dry-run.interceptor.js';
import { ProblemFilter } from './http/problem.filter.js';
import { PublicReads } from './http/public-reads.js';
import { RouteRegistry } from './http/route-registry.js';
import { UploadInterceptor } from './http/upload.interceptor.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { createLog, LOG } from './logging/logger.js';
import { Mailer } from './mail/mailer.js';
import { Metrics } from './metrics/metrics.js';
import { PoolMetrics } from './metrics/pool-metrics.js';
import { OperationsModule } from './operations/operations.module.js';
import { OutboxModule } from './outbox/outbox.module.js';
import { JobsModule } from './queues/queues.module.js';
import { RateLimits } from './rate-limits/rate-limits.js';
import { RedisConnection } from './redis/redis.js';

/** What a process is; `docs` reaches no database. */
export type ProcessRole = 'api' | 'worker' | 'setup' | 'docs';

const PROVIDERS = [
  AnswerInterceptor,
  Clock,
  Database,
  DryRunInterceptor,
  Mailer,
  Metrics,
  Notifications,
  PoolMetrics,
  ProblemFilter,
  PublicReads,
  RateLimits,
  RedisConnection,
  RouteRegistry,
  SearchConnections,
  UploadInterceptor,
];

/** The mechanisms that every module stands on. */
@Global()
@Module({})
export class InfrastructureModule {
  /** The module of a process; `role` is what its logs call it. */
  static forRole(config: Config, role: ProcessRole): DynamicModule {
    return {
      module: InfrastructureModule,
      imports: [
        DiscoveryModule,
        EventStreamsModule,
        IdempotencyModule,
        JobsModule,
        OperationsModule,
        OutboxModule,
        TypeOrmModule.forRoot({
          ...dataSourceOptions(config.database, []),
          autoLoadEntities: true,
          retryAttempts: 0,
          manualInitialization: role === 'docs',
        }),
      ],
      providers: [
        { provide: Config, useValue: config },
        { provide: LOG, useFactory: () => createLog(config.logging.level, role) },
        ...PROVIDERS,
      ],
      exports: [Config, LOG, ...PROVIDERS],
    };
  }
}
