import { BullModule, getQueueToken } from '@nestjs/bull';
import { Inject, Injectable, Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Queue } from 'bull';
import { Config } from '../../../config/config.js';
import { LOG, type Log } from '../logging/logger.js';
import { bullOptions, queueDefinitions, type QueueDefinition } from './queue-registry.js';

/** Finds a queue by its definition, and drains all queues before the application stops. */
@Injectable()
export class Queues implements BeforeApplicationShutdown {
  constructor(
    private readonly modules: ModuleRef,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** The Bull queue of a definition. */
  get(queue: QueueDefinition): Queue {
    return this.modules.get<Queue>(getQueueToken(queue.name), { strict: false });
  }

  /** Takes no more jobs and waits for those that run; Bull and TypeORM close after this. */
  async beforeApplicationShutdown(): Promise<void> {
    const queues = queueDefinitions().map((definition) => this.get(definition));
    const outcomes = await Promise.allSettled(
      queues.map(async (queue) => {
        if (queue.client.status === 'ready') await queue.pause(true);
      }),
    );
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') this.log.warn({ err: outcome.reason as unknown }, 'a queue did not drain');
    }
  }
}

/** Bull with every declared queue; for the worker alone: the API never waits for Redis. */
@Module({})
export class QueuesModule {
  /** The module with the queues that are declared by now. */
  static forWorker(): DynamicModule {
    return {
      module: QueuesModule,
      global: true,
      imports: [
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
      providers: [Queues],
      exports: [Queues, BullModule],
    };
  }
}
