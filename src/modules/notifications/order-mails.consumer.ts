import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { Mailer } from '../../infrastructure/mail/mailer.js';
import { defineConsumer, EventConsumer } from '../../infrastructure/outbox/event-consumer.js';
import type { StoredEvent } from '../../infrastructure/queues/job.js';
import { JobRunner } from '../../infrastructure/queues/job-runner.js';
import { ORDER_PLACED, OrdersService } from '../orders/index.js';
import { orderConfirmation } from './order-confirmation.js';

const CONSUMER = defineConsumer({ name: 'order-mails', events: [ORDER_PLACED], concurrency: 5, attempts: 12 });

/** Mails the buyer of an order that stands. */
@Processor(CONSUMER.queue.name)
export class OrderMailsConsumer extends EventConsumer {
  override readonly definition = CONSUMER;

  constructor(
    private readonly runner: JobRunner,
    private readonly orders: OrdersService,
    private readonly mailer: Mailer,
  ) {
    super();
  }

  /** Runs a job of the queue. */
  @Process({ concurrency: CONSUMER.queue.concurrency })
  run(job: Job): Promise<void> {
    return this.runner.run(this, job);
  }

  /** A repeat sends the same `Message-ID`. */
  override async handle(event: StoredEvent): Promise<void> {
    const { orderId } = ORDER_PLACED.payload.parse(event.payload);
    const order = await this.orders.findForMail(orderId);
    if (order) await this.mailer.send(orderConfirmation(order));
  }
}
