import { Injectable } from '@nestjs/common';
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { Clock } from '../../../infrastructure/clock/clock.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { newJob } from '../../../infrastructure/queues/job.js';
import { JobsRepository } from '../../../infrastructure/queues/jobs.repository.js';
import { WEBHOOK_DELIVERIES } from './webhook-deliveries.queue.js';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';
import type { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import type { WebhookMessage } from './webhook-message.js';

/** A message for an endpoint. */
export interface NewDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly message: WebhookMessage;
}

/** Makes deliveries with the jobs that send them. */
@Injectable()
export class DeliveryWriter {
  constructor(
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly jobs: JobsRepository,
    private readonly clock: Clock,
  ) {}

  /** Adds a message for each endpoint, in their order; the caller holds the endpoints. */
  async addEach(tx: Transaction, endpointIds: readonly string[], messages: readonly WebhookMessage[]): Promise<void> {
    await this.add(
      tx,
      messages.flatMap((message) => endpointIds.map((endpointId) => ({ id: uuidv7(), endpointId, message }))),
    );
  }

  /** Adds deliveries; the caller holds their endpoints. */
  async add(tx: Transaction, wanted: readonly NewDelivery[]): Promise<WebhookDeliveryEntity[]> {
    const now = this.clock.now();
    const made = wanted.map(({ id, endpointId, message: { eventId, type, orderedBy, body } }) => {
      // One endpoint is told of one aggregate in order; others need not wait.
      const order = orderedBy === null ? {} : { orderKey: uuidv5(orderedBy, endpointId) };
      const job = newJob(WEBHOOK_DELIVERIES, { deliveryId: id, endpointId }, now, order);
      const row: WebhookDeliveryEntity = {
        ...{ id, endpointId, eventId, eventType: type, body, jobId: job.id },
        ...{ state: 'pending', createdAt: now, settledAt: null },
      };
      return { row, job };
    });
    const rows = made.map(({ row }) => row);
    await this.deliveries.insert(tx, rows);
    await this.jobs.insert(tx, made.map(({ job }) => job), now);
    return rows;
  }
}
