import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { Mailer } from '../../../infrastructure/mail/mailer.js';
import { EventConsumer } from '../../../infrastructure/outbox/event-consumer.js';
import type { StoredEvent } from '../../../infrastructure/queues/job.js';
import { JobRunner } from '../../../infrastructure/queues/job-runner.js';
import { UsersService } from '../../users/index.js';
import { WEBHOOK_ENDPOINT_DISABLED } from '../webhook.events.js';
import { WebhookEndpointsRepository } from '../webhook-endpoints.repository.js';
import { endpointDisabled } from './endpoint-disabled.js';
import { WEBHOOK_MAILS } from './webhook-mails.queue.js';

/** Mails staff when an endpoint was disabled. */
@Processor(WEBHOOK_MAILS.queue.name)
export class WebhookMailsConsumer extends EventConsumer {
  override readonly definition = WEBHOOK_MAILS;

  constructor(
    private readonly runner: JobRunner,
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly users: UsersService,
    private readonly mailer: Mailer,
  ) {
    super();
  }

  /** Runs a job of the queue. */
  @Process({ concurrency: WEBHOOK_MAILS.queue.concurrency })
  run(job: Job): Promise<void> {
    return this.runner.run(this, job);
  }

  /** A repeat sends the same `Message-ID` to each person. */
  override async handle(event: StoredEvent): Promise<void> {
    const { endpointId } = WEBHOOK_ENDPOINT_DISABLED.payload.parse(event.payload);
    const endpoint = await this.endpoints.find(endpointId);
    // Active again, or deleted: there is nothing to do any more.
    if (!endpoint || endpoint.disabledReason === null) return;
    const { id, url, description, disabledReason: reason } = endpoint;
    for (const email of await this.users.listStaffEmails()) {
      await this.mailer.send(endpointDisabled({ id, url, description, reason }, email, event.id));
    }
  }
}
