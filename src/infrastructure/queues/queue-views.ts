import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import BullQueue, { type JobCounts, type Queue } from 'bull';
import { Redis } from 'ioredis';
import { Config } from '../../../config/config.js';
import { bullOptions, type QueueDefinition } from './queue-registry.js';

/** Token of the queues that a process shows. */
export const SHOWN_QUEUES = Symbol('shown queues');

const TIMEOUT_MS = 1_000;

/**
 * Bull's queues as a process sees them that runs no jobs: opened when they are first
 * looked at, and never waited for when Redis is away.
 */
@Injectable()
export class QueueViews implements OnApplicationShutdown {
  private readonly queues = new Map<string, Queue>();
  private readonly connections: Redis[] = [];

  /** The declarations, by name. */
  readonly definitions: readonly QueueDefinition[];

  constructor(
    private readonly config: Config,
    @Inject(SHOWN_QUEUES) shown: readonly QueueDefinition[],
  ) {
    this.definitions = [...shown].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Every queue. */
  all(): Queue[] {
    return this.definitions.map((definition) => this.get(definition));
  }

  /** Jobs of a queue in Redis by Bull's states; `null` when Redis does not answer in a second. */
  async counts(definition: QueueDefinition): Promise<JobCounts | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => { resolve(null); }, TIMEOUT_MS);
    });
    try {
      return await Promise.race([this.get(definition).getJobCounts(), late]);
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes the connections. */
  onApplicationShutdown(): void {
    for (const connection of this.connections) connection.disconnect();
  }

  private get(definition: QueueDefinition): Queue {
    const known = this.queues.get(definition.name);
    if (known) return known;
    const { prefix, settings, defaultJobOptions } = bullOptions(definition, this.config.redis.keyPrefix);
    const queue = new BullQueue(definition.name, {
      ...(prefix === undefined ? {} : { prefix }),
      ...(settings ? { settings } : {}),
      ...(defaultJobOptions ? { defaultJobOptions } : {}),
      createClient: () => this.connect(),
    });
    queue.on('error', () => undefined);
    this.queues.set(definition.name, queue);
    return queue;
  }

  /** One connection for all queues: nothing here blocks on it. */
  private connect(): Redis {
    const [known] = this.connections;
    if (known) return known;
    const connection = new Redis(this.config.redis.url, {
      enableReadyCheck: false,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: true,
      connectTimeout: TIMEOUT_MS,
      commandTimeout: TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(attempt * 200, 2_000),
    });
    connection.setMaxListeners(100);
    connection.on('error', () => undefined);
    this.connections.push(connection);
    return connection;
  }
}
