import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The row of a parcel that left the house. */
@Entity('fulfilments')
export class FulfilmentEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('text', { nullable: true })
  carrier!: string | null;

  @Column('text', { name: 'tracking_number', nullable: true })
  trackingNumber!: string | null;

  @Column('text', { name: 'tracking_url', nullable: true })
  trackingUrl!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
