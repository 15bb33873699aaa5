import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Client } from 'pg';
import { Config } from '../../../config/config.js';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { LOG, type Log } from '../logging/logger.js';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { queueDefinitions } from '../queues/queue-registry.js';
import { Queues } from '../queues/queues.module.js';
import { DeliveriesRepository, type DueDelivery, type Subscription } from './deliveries.repository.js';
import { EventConsumer, type ConsumerDefinition } from './event-consumer.js';
import { OUTBOX_CHANNEL } from './outbox.js';

const ADD_TIMEOUT_MS = 5_000;
const RECONNECT_MS = 1_000;

/**
 * Puts committed events on the queues of their consumers. Woken by PostgreSQL,
 * and by a clock where that fails; any number may run at once. What Redis loses is
 * put on its queue again.
 */
@Injectable()
export class Relay extends PeriodicTask {
  private consumers = new Map<string, ConsumerDefinition>();
  private subscriptions: Subscription[] = [];
  private listener: Client | undefined;
  private stopping = false;

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly database: Database,
    private readonly queues: Queues,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly discovery: DiscoveryService,
    @Inject(LOG) log: Log,
  ) {
    super(config.outbox.pollMs, log);
  }

  /** Begins to relay to the consumers that the application holds. */
  override onApplicationBootstrap(): void {
    const found = this.discovery
      .getProviders()
      .map(({ instance }) => instance as unknown)
      .filter((instance) => instance instanceof EventConsumer)
      .map(({ definition }) => definition);
    this.consumers = new Map(found.map((definition) => [definition.name, definition]));
    assertOneConsumerEach(found);
    this.subscriptions = found.flatMap(({ name, events }) =>
      events.map(({ type }) => ({ consumer: name, type })),
    );
    void this.listen();
    super.onApplicationBootstrap();
  }

  /** Stops relaying; a running turn ends first. */
  override async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await super.beforeApplicationShutdown();
    await this.listener?.end().catch(() => undefined);
  }

  /** Fans new events out and queues the deliveries that are due. */
  override async work(): Promise<boolean> {
    const now = this.clock.now();
    const staleBefore = new Date(now.getTime() - this.config.outbox.redeliverAfterMs);
    const taken = await this.database.transaction((tx) =>
      this.deliveries.fanOut(tx, this.subscriptions, now),
    );
    const due = await this.database.transaction((tx) => this.deliveries.takeDue(tx, now, staleBefore));
    await Promise.all(due.map((delivery) => this.enqueue(delivery)));
    return taken > 0 || due.length > 0;
  }

  /** A delivery that could not be queued is due again after `redeliverAfterMs`. */
  private async enqueue({ consumer, eventId }: DueDelivery): Promise<void> {
    const definition = this.consumers.get(consumer);
    if (!definition) return;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => { reject(new Error('Redis did not answer in time.')); }, ADD_TIMEOUT_MS);
    });
    try {
      await Promise.race([this.queues.get(definition.queue).add({ eventId }, { jobId: eventId }), timeout]);
    } catch (error) {
      this.log.warn({ err: error, consumer, eventId }, 'a delivery was not queued');
    } finally {
      clearTimeout(timer);
    }
  }

  private async listen(): Promise<void> {
    if (this.stopping) return;
    const client = new Client({
      connectionString: this.config.database.url,
      application_name: 'orderly relay',
      keepAlive: true,
    });
    const again = (): void => {
      client.removeAllListeners('end');
      void client.end().catch(() => undefined);
      if (!this.stopping) setTimeout(() => void this.listen(), RECONNECT_MS).unref();
    };
    client.on('error', () => undefined);
    client.once('end', again);
    client.on('notification', () => { this.wake(); });
    try {
      await client.connect();
      await client.query(`LISTEN ${OUTBOX_CHANNEL}`);
      this.listener = client;
    } catch (error) {
      this.log.warn({ err: error }, 'the relay cannot listen and polls instead');
      again();
    }
  }
}

/**
 * Refuses a start at which the jobs of a queue would wait for ever, or be fought over.
 *
 * @throws Error when a queue has no consumer, or two
 */
export function assertOneConsumerEach(found: readonly ConsumerDefinition[]): void {
  for (const queue of queueDefinitions()) {
    const consumers = found.filter((definition) => definition.queue === queue).length;
    if (consumers !== 1) throw new Error(`The queue ${queue.name} has ${String(consumers)} consumers; it needs one.`);
  }
}
