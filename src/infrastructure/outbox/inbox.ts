import { Inject, Injectable } from '@nestjs/common';
import type { Job } from 'bull';
import { Clock } from '../clock/clock.js';
import { runInContext } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { LOG, type Log } from '../logging/logger.js';
import { DeliveriesRepository, type StoredEvent } from './deliveries.repository.js';
import { DeliveryJobSchema, type EventConsumer } from './event-consumer.js';

/** Runs consumers so that each event has its effect once, however often its job runs. */
@Injectable()
export class Inbox {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Delivers the event of a job to its consumer; does nothing when that is done already.
   *
   * @throws whatever the consumer throws, so that Bull runs the job again; after the
   * last attempt the delivery is kept as failed in PostgreSQL
   */
  async deliver(consumer: EventConsumer, job: Job): Promise<void> {
    const { eventId } = DeliveryJobSchema.parse(job.data);
    const event = await this.deliveries.findPending(consumer.definition.name, eventId);
    if (!event) return;
    const context = { requestId: event.requestId ?? eventId, actor: 'system' };
    await runInContext(context, () => this.attempt(consumer, event, job));
  }

  private async attempt(consumer: EventConsumer, event: StoredEvent, job: Job): Promise<void> {
    const name = consumer.definition.name;
    try {
      await consumer.handle(event, (percent) => job.progress(percent));
      await this.database.transaction(async (tx) => {
        if (!(await this.deliveries.lockPending(tx, name, event.id))) return;
        await consumer.effect(tx, event);
        await this.deliveries.settle(tx, { consumer: name, eventId: event.id, failure: null, now: this.clock.now() });
      });
    } catch (error) {
      const last = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
      this.log.error({ err: error, consumer: name, eventId: event.id, last }, 'delivery failed');
      if (last) await this.giveUp(consumer, event, error);
      throw error;
    }
  }

  private async giveUp(consumer: EventConsumer, event: StoredEvent, error: unknown): Promise<void> {
    const { name } = consumer.definition;
    const failure = error instanceof Error ? error.name : 'Error';
    await this.database.transaction(async (tx) => {
      if (!(await this.deliveries.lockPending(tx, name, event.id))) return;
      await consumer.abandon(tx, event);
      await this.deliveries.settle(tx, { consumer: name, eventId: event.id, failure, now: this.clock.now() });
    });
  }
}
