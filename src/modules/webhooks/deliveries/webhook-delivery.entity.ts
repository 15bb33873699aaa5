import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DeliveryState } from './webhook-delivery.schema.js';

/** The row of what is sent to an endpoint. */
@Entity('webhook_deliveries')
export class WebhookDeliveryEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'endpoint_id' })
  endpointId!: string;

  /** The event of the log, which may be forgotten by now; `null` for a test. */
  @Column('uuid', { name: 'event_id', nullable: true })
  eventId!: string | null;

  @Column('text', { name: 'event_type' })
  eventType!: string;

  @Column('text')
  body!: string;

  /** The job that sends it; an earlier job of the same delivery does nothing. */
  @Column('uuid', { name: 'job_id' })
  jobId!: string;

  @Column('text')
  state!: DeliveryState;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt!: Date | null;
}
