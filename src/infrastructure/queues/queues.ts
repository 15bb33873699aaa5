import { getQueueToken } from '@nestjs/bull';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, ModuleRef } from '@nestjs/core';
import type { Queue } from 'bull';
import { LOG, type Log } from '../logging/logger.js';
import { JobProcessor } from './job-processor.js';
import { queueDefinitions, type QueueDefinition } from './queue-registry.js';

/** Finds a queue by its definition, and drains all queues before the application stops. */
@Injectable()
export class Queues implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly modules: ModuleRef,
    private readonly discovery: DiscoveryService,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Error when a queue has no processor, or two */
  onApplicationBootstrap(): void {
    const processors = this.discovery
      .getProviders()
      .map(({ instance }) => instance as unknown)
      .filter((instance) => instance instanceof JobProcessor);
    assertOneProcessorEach(processors.map(({ queue }) => queue));
  }

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

/**
 * Refuses a start at which the jobs of a queue would wait for ever, or be fought over.
 *
 * @param queues the queue of each processor
 * @throws Error when a queue has no processor, or two
 */
export function assertOneProcessorEach(queues: readonly QueueDefinition[]): void {
  for (const queue of queueDefinitions()) {
    const count = queues.filter((other) => other === queue).length;
    if (count !== 1) throw new Error(`The queue ${queue.name} has ${String(count)} processors; it needs one.`);
  }
}
