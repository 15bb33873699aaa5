import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { defineConsumer, EventConsumer } from '../../../infrastructure/outbox/event-consumer.js';
import type { StoredEvent } from '../../../infrastructure/queues/job.js';
import { JobRunner } from '../../../infrastructure/queues/job-runner.js';
import { WebhookEndpointsRepository } from '../webhook-endpoints.repository.js';
import { DeliveryWriter } from './delivery-writer.js';
import { eventMessage } from './webhook-message.js';

const CONSUMER = defineConsumer({ name: 'webhooks', events: 'all', concurrency: 10, attempts: 12 });

/** Makes a delivery of each event for each endpoint that wants it. */
@Processor(CONSUMER.queue.name)
export class WebhooksConsumer extends EventConsumer {
  override readonly definition = CONSUMER;

  constructor(
    private readonly runner: JobRunner,
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly writer: DeliveryWriter,
  ) {
    super();
  }

  /** Runs a job of the queue. */
  @Process({ concurrency: CONSUMER.queue.concurrency })
  run(job: Job): Promise<void> {
    return this.runner.run(this, job);
  }

  override async effect(tx: Transaction, event: StoredEvent): Promise<void> {
    const receivers = await this.endpoints.holdReceivers(tx, event.type);
    if (receivers.length > 0) await this.writer.addEach(tx, receivers, [eventMessage(event)]);
  }
}
