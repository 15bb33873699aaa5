import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository } from 'typeorm';
import { problem } from '../../common/problems/problem.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { WebhookEndpointEntity } from './webhook-endpoint.entity.js';

/** What is listed of the endpoints. */
export interface EndpointFilter {
  readonly state?: WebhookEndpointEntity['state'] | undefined;
  readonly limit: number;
  /** Only endpoints with a lesser id, which are older. */
  readonly beforeId?: string | undefined;
}

/** Columns of an endpoint that change. */
export type EndpointChanges = Partial<Omit<WebhookEndpointEntity, 'id' | 'version' | 'createdAt' | 'updatedAt'>>;

/** The receivers of events. */
@Injectable()
export class WebhookEndpointsRepository {
  constructor(@InjectRepository(WebhookEndpointEntity) private readonly endpoints: Repository<WebhookEndpointEntity>) {}

  /** An endpoint, or `null`. */
  find(id: string): Promise<WebhookEndpointEntity | null> {
    return this.endpoints.findOneBy({ id });
  }

  /** Endpoints, the newest first, one more than the limit if there are. */
  list({ state, limit, beforeId }: EndpointFilter): Promise<WebhookEndpointEntity[]> {
    return this.endpoints.find({
      where: { ...(state ? { state } : {}), ...(beforeId === undefined ? {} : { id: LessThan(beforeId) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
  }

  /** Adds an endpoint. */
  async insert(tx: Transaction, endpoint: WebhookEndpointEntity): Promise<void> {
    await tx.repository(WebhookEndpointEntity).insert(endpoint);
  }

  /** Locks an endpoint for a change, or answers `null`. */
  lockIfThere(tx: Transaction, id: string): Promise<WebhookEndpointEntity | null> {
    return tx.repository(WebhookEndpointEntity).findOne({ where: { id }, lock: { mode: 'for_no_key_update' } });
  }

  /**
   * Locks an endpoint for a change of it or its deliveries.
   *
   * @param version the version that the client read; `null` for any
   * @throws Problem `not_found` (404), `precondition_failed` (412) when it has changed since
   */
  async lock(tx: Transaction, id: string, version: number | null): Promise<WebhookEndpointEntity> {
    const endpoint = await this.lockIfThere(tx, id);
    if (!endpoint) throw problem('not_found');
    if (version !== null && endpoint.version !== version) throw problem('precondition_failed');
    return endpoint;
  }

  /** Changes a locked endpoint and counts its version up. */
  async update(tx: Transaction, id: string, changes: EndpointChanges, now: Date): Promise<void> {
    await tx
      .repository(WebhookEndpointEntity)
      .update({ id }, { ...changes, updatedAt: now, version: () => 'version + 1' });
  }

  /** Deletes a locked endpoint with its deliveries. */
  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.repository(WebhookEndpointEntity).delete({ id });
  }

  /** Whether any endpoint is active. */
  async anyActive(tx: Transaction): Promise<boolean> {
    const rows = await tx.query(`SELECT 1 FROM webhook_endpoints WHERE state = 'active' LIMIT 1`);
    return rows.length > 0;
  }

  /** The active endpoints that want a type of event; they cannot be deleted until the transaction ends. */
  async holdReceivers(tx: Transaction, eventType: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM webhook_endpoints
       WHERE state = 'active' AND (event_types = '{}' OR $1 = ANY(event_types)) ORDER BY id FOR KEY SHARE`,
      [eventType],
    );
    return rows.map(({ id }) => id);
  }

  /** Whether an endpoint is active; it cannot be deleted until the transaction ends. */
  async holdIfActive(tx: Transaction, id: string): Promise<boolean> {
    const rows = await tx.query(`SELECT 1 FROM webhook_endpoints WHERE id = $1 AND state = 'active' FOR KEY SHARE`, [id]);
    return rows.length === 1;
  }

  /** Remembers the first failure since the last success. */
  async markFailing(tx: Transaction, id: string, now: Date): Promise<void> {
    await tx.query('UPDATE webhook_endpoints SET failing_since = $2 WHERE id = $1 AND failing_since IS NULL', [id, now]);
  }

  /** Forgets the failures of an endpoint when a job has still to settle its delivery. */
  async markWorking(tx: Transaction, id: string, { deliveryId, jobId }: { deliveryId: string; jobId: string }): Promise<void> {
    await tx.query(
      `UPDATE webhook_endpoints SET failing_since = NULL, failures_in_row = 0
       WHERE id = $1 AND (failing_since IS NOT NULL OR failures_in_row > 0)
         AND EXISTS (SELECT 1 FROM webhook_deliveries d
                     WHERE d.id = $2 AND d.job_id = $3 AND d.state IN ('pending', 'failed'))`,
      [id, deliveryId, jobId],
    );
  }

  /** Counts a delivery to a locked endpoint that failed for good. */
  async countFailure(tx: Transaction, id: string): Promise<void> {
    await tx.query('UPDATE webhook_endpoints SET failures_in_row = failures_in_row + 1 WHERE id = $1', [id]);
  }
}
