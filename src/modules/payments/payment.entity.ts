import { Column, Entity, PrimaryColumn } from 'typeorm';
import { amountColumn } from '../../infrastructure/database/amount-column.js';
import type { PaymentState } from './payment.state.js';

/** The row of an order's payment; amounts in minor units. */
@Entity('payments')
export class PaymentEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('text')
  provider!: string;

  @Column('text', { name: 'method_token', nullable: true })
  methodToken!: string | null;

  @Column('text')
  state!: PaymentState;

  @Column('char', { length: 3 })
  currency!: string;

  @Column('bigint', { transformer: amountColumn })
  amount!: number;

  @Column('bigint', { name: 'captured_amount', transformer: amountColumn })
  capturedAmount!: number;

  @Column('bigint', { name: 'refunded_amount', transformer: amountColumn })
  refundedAmount!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
