import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The row of one request to an endpoint. */
@Entity('webhook_attempts')
export class WebhookAttemptEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'delivery_id' })
  deliveryId!: string;

  @Column('integer')
  number!: number;

  @Column('integer', { nullable: true })
  status!: number | null;

  @Column('text', { nullable: true })
  error!: string | null;

  @Column('integer', { name: 'duration_ms' })
  durationMs!: number;

  @Column('text', { name: 'response_body', nullable: true })
  responseBody!: string | null;

  @Column('timestamptz', { name: 'attempted_at' })
  attemptedAt!: Date;
}
