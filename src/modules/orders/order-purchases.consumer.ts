import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { EventConsumer } from '../../infrastructure/outbox/event-consumer.js';
import type { StoredEvent } from '../../infrastructure/queues/job.js';
import { JobRunner } from '../../infrastructure/queues/job-runner.js';
import { ORDER_PLACED } from './order.events.js';
import { ORDER_PURCHASES } from './order-purchases.queue.js';
import { OrderPurchasesService } from './order-purchases.service.js';

/** Tells products who has bought them. */
@Processor(ORDER_PURCHASES.queue.name)
export class OrderPurchasesConsumer extends EventConsumer {
  override readonly definition = ORDER_PURCHASES;

  constructor(
    private readonly runner: JobRunner,
    private readonly purchases: OrderPurchasesService,
  ) {
    super();
  }

  /** Runs a job of the queue. */
  @Process({ concurrency: ORDER_PURCHASES.queue.concurrency })
  run(job: Job): Promise<void> {
    return this.runner.run(this, job);
  }

  /** Writes together with the record that the event is done. */
  override async effect(tx: Transaction, event: StoredEvent): Promise<void> {
    await this.purchases.tell(tx, ORDER_PLACED.payload.parse(event.payload).orderId, event.type);
  }
}
