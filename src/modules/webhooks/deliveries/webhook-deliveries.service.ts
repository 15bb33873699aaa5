import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { decodeCursor, listFingerprint } from '../../../common/pagination/cursor.js';
import { toPage, type Page } from '../../../common/pagination/page.schema.js';
import { problem } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import { newJob } from '../../../infrastructure/queues/job.js';
import { JobsRepository } from '../../../infrastructure/queues/jobs.repository.js';
import { WebhookEndpointsRepository } from '../webhook-endpoints.repository.js';
import { DeliveryWriter } from './delivery-writer.js';
import type { WebhookAttemptEntity } from './webhook-attempt.entity.js';
import { WEBHOOK_DELIVERIES } from './webhook-deliveries.queue.js';
import { WebhookDeliveriesRepository, type DeliveryRow } from './webhook-deliveries.repository.js';
import type { ListDeliveries, WebhookAttempt, WebhookDelivery, WebhookDeliveryDetails } from './webhook-delivery.schema.js';
import { testMessage } from './webhook-message.js';

/** What was and will be sent to endpoints, for staff. */
@Injectable()
export class WebhookDeliveriesService {
  constructor(
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly writer: DeliveryWriter,
    private readonly jobs: JobsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** A page of deliveries, the newest first. */
  async list({ limit, cursor, ...filters }: ListDeliveries): Promise<Page<WebhookDelivery>> {
    const fingerprint = listFingerprint(filters);
    const after = cursor === undefined ? undefined : decodeCursor(fingerprint, cursor, 'text');
    const rows = await this.deliveries.list({ ...filters, limit, beforeId: after?.id });
    return toPage(rows, limit, fingerprint, ({ id }) => ({ value: '', id }), toDelivery);
  }

  /**
   * A delivery with its body and attempts.
   *
   * @throws Problem `not_found` (404)
   */
  async get(id: string): Promise<WebhookDeliveryDetails> {
    const row = await this.deliveries.find(id);
    if (!row) throw problem('not_found');
    const attempts = await this.deliveries.attemptsOf(id);
    return { ...toDelivery(row), body: row.body, attempts: attempts.map(toAttempt) };
  }

  /**
   * Sends a made-up event to an endpoint.
   *
   * @throws Problem `not_found` (404), `invalid_state_transition` (409) when it is disabled
   */
  test(endpointId: string): Promise<WebhookDelivery> {
    return this.database.transaction(async (tx) => {
      const { state } = await this.endpoints.lock(tx, endpointId, null);
      if (state !== 'active') throw problem('invalid_state_transition', { state, action: 'test' });
      const id = uuidv7();
      const message = testMessage(id, endpointId, this.clock.now());
      const [row] = await this.writer.add(tx, [{ id, endpointId, message }]);
      if (!row) throw new Error('An added delivery answered no row.');
      return toDelivery(row);
    });
  }

  /**
   * Sends a delivery once more, at once and whatever else waits for its endpoint.
   *
   * @throws Problem `not_found` (404), `invalid_state_transition` (409) when its endpoint is disabled
   */
  resend(id: string): Promise<WebhookDelivery> {
    return this.database.transaction(async (tx) => {
      const endpointId = await this.deliveries.endpointOf(tx, id);
      if (endpointId === null) throw problem('not_found');
      const { state } = await this.endpoints.lock(tx, endpointId, null);
      if (state !== 'active') throw problem('invalid_state_transition', { state, action: 'resend' });
      const now = this.clock.now();
      const job = newJob(WEBHOOK_DELIVERIES, { deliveryId: id, endpointId }, now);
      const row = await this.deliveries.reopen(tx, { deliveryId: id, jobId: job.id });
      if (!row) throw problem('not_found');
      await this.jobs.insert(tx, [job], now);
      return toDelivery(row);
    });
  }
}

function toDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    endpointId: row.endpointId,
    eventId: row.eventId,
    eventType: row.eventType,
    state: row.state,
    createdAt: row.createdAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
  };
}

function toAttempt(row: WebhookAttemptEntity): WebhookAttempt {
  return {
    number: row.number,
    status: row.status,
    error: row.error,
    durationMs: row.durationMs,
    responseBody: row.responseBody,
    attemptedAt: row.attemptedAt.toISOString(),
  };
}
