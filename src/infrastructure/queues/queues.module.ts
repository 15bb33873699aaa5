import { BullModule } from '@nestjs/bull';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Config } from '../../../config/config.js';
import { JobDispatcher } from './job-dispatcher.js';
import { JobRunner } from './job-runner.js';
import { JobsRepository } from './jobs.repository.js';
import { bullOptions, queueDefinitions } from './queue-registry.js';
import { Queues } from './queues.js';

/** The jobs in PostgreSQL, for every role. */
@Global()
@Module({ providers: [JobsRepository], exports: [JobsRepository] })
export class JobsModule {}

/** Bull with every declared queue; for the worker alone: the API never waits for Redis. */
@Module({})
export class QueuesModule {
  /** The module with the queues that are declared by now. */
  static forWorker(): DynamicModule {
    return {
      module: QueuesModule,
      global: true,
      imports: [
        DiscoveryModule,
        BullModule.forRootAsync({
          inject: [Config],
          useFactory: (config: Config) => ({
            url: config.redis.url,
            redis: { retryStrategy: (attempt: number) => Math.min(attempt * 200, 2_000) },
          }),
        }),
        ...queueDefinitions().map((queue) =>
          BullModule.registerQueueAsync({
            name: queue.name,
            inject: [Config],
            useFactory: (config: Config) => bullOptions(queue, config.redis.keyPrefix),
          }),
        ),
      ],
      providers: [Queues, JobDispatcher, JobRunner],
      exports: [Queues, JobDispatcher, JobRunner, BullModule],
    };
  }
}
