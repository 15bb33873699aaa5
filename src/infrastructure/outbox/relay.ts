import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Config } from '../../../config/config.js';
import { Notifications } from '../database/notifications.js';
import { LOG, type Log } from '../logging/logger.js';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { JobDispatcher } from '../queues/job-dispatcher.js';
import { RedisConnection } from '../redis/redis.js';
import { EventConsumer } from './event-consumer.js';
import { EventNumbering } from './event-numbering.js';
import { NUMBERING_BATCH } from './event-log.repository.js';
import { OUTBOX_CHANNEL } from './outbox.js';

/** Redis channel on which a relay says that the event log has grown. */
export const EVENT_LOG_CHANNEL = 'event-log';

/**
 * Numbers committed events for the log and makes a job of each consumer that wants
 * them. Woken by PostgreSQL, and by a clock where that fails; any number may run at
 * once, of which one at a time numbers.
 */
@Injectable()
export class Relay extends PeriodicTask {
  private consumers: EventConsumer[] = [];

  constructor(
    private readonly numbering: EventNumbering,
    private readonly dispatcher: JobDispatcher,
    private readonly notifications: Notifications,
    private readonly redis: RedisConnection,
    private readonly discovery: DiscoveryService,
    config: Config,
    @Inject(LOG) log: Log,
  ) {
    super(config.outbox.pollMs, log);
  }

  /** Begins to relay to the consumers that the application holds. */
  override onApplicationBootstrap(): void {
    this.consumers = this.discovery
      .getProviders()
      .map(({ instance }) => instance as unknown)
      .filter((instance) => instance instanceof EventConsumer);
    this.notifications.listen(OUTBOX_CHANNEL, () => { this.wake(); });
    super.onApplicationBootstrap();
  }

  /** Numbers events and makes their jobs; true when there may be more. */
  override async work(): Promise<boolean> {
    const events = await this.numbering.run(this.consumers);
    if (events.length === 0) return false;
    this.dispatcher.wake();
    this.redis.publish(EVENT_LOG_CHANNEL, String(events.at(-1)?.position ?? 0));
    return events.length === NUMBERING_BATCH;
  }
}
