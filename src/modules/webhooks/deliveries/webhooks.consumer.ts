import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { EventConsumer } from '../../../infrastructure/outbox/event-consumer.js';
import type { StoredEvent } from '../../../infrastructure/queues/job.js';
import { JobRunner } from '../../../infrastructure/queues/job-runner.js';
import { WebhookEndpointsRepository } from '../webhook-endpoints.repository.js';
import { DeliveryWriter } from './delivery-writer.js';
import { eventMessage } from './webhook-message.js';
import { WEBHOOKS } from './webhooks.queue.js';

/** Makes a delivery of each event for each endpoint that wants it. */
@Processor(WEBHOOKS.queue.name)
export class WebhooksConsumer extends EventConsumer {
  override readonly definition = WEBHOOKS;

  constructor(
    private readonly runner: JobRunner,
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly writer: DeliveryWriter,
  ) {
    super();
  }

  /** Runs a job of the queue. */
  @Process({ concurrency: WEBHOOKS.queue.concurrency })
  run(job: Job): Promise<void> {
    return this.runner.run(this, job);
  }

  override wantsEvents(tx: Transaction): Promise<boolean> {
    return this.endpoints.anyActive(tx);
  }

  override async effect(tx: Transaction, event: StoredEvent): Promise<void> {
    const receivers = await this.endpoints.holdReceivers(tx, event.type);
    if (receivers.length > 0) await this.writer.addEach(tx, receivers, [eventMessage(event)]);
  }
}
