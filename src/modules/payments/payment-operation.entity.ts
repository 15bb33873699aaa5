import { Column, Entity, PrimaryColumn } from 'typeorm';
import { amountColumn } from '../../infrastructure/database/amount-column.js';

/** What a provider is asked to do. */
export type PaymentOperationKind = 'authorise' | 'capture' | 'void' | 'refund';

/** The row of one call to a provider; it is written before the call, so that none is forgotten. */
@Entity('payment_operations')
export class PaymentOperationEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'payment_id' })
  paymentId!: string;

  @Column('text')
  kind!: PaymentOperationKind;

  @Column('bigint', { transformer: amountColumn })
  amount!: number;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('text')
  state!: 'pending' | 'succeeded' | 'failed';

  @Column('text', { name: 'provider_reference', nullable: true })
  providerReference!: string | null;

  @Column('text', { nullable: true })
  failure!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt!: Date | null;
}
