import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { Mailer } from '../../infrastructure/mail/mailer.js';
import { EventConsumer } from '../../infrastructure/outbox/event-consumer.js';
import type { StoredEvent } from '../../infrastructure/queues/job.js';
import { JobRunner } from '../../infrastructure/queues/job-runner.js';
import { ORDER_PLACED, OrdersService } from '../orders/index.js';
import { orderConfirmation } from './order-confirmation.js';
import { ORDER_MAILS } from './order-mails.queue.js';

/** Mails the buyer of an order that stands. */
@Processor(ORDER_MAILS.queue.name)
export class OrderMailsConsumer extends EventConsumer {
  override readonly definition = ORDER_MAILS;

  constructor(
    private readonly runner: JobRunner,
    private readonly orders: OrdersService,
    private readonly mailer: Mailer,
  ) {
    super();
  }

  /** Runs a job of the queue. */
  @Process({ concurrency: ORDER_MAILS.queue.concurrency })
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
