import { Column, Entity, PrimaryColumn } from 'typeorm';
import { amountColumn } from '../../infrastructure/database/amount-column.js';
import type { OrderState } from './order.state.js';

/** Where an order goes. */
export interface ShippingAddress {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly region: string | null;
  readonly postalCode: string;
  readonly country: string;
  readonly phone: string | null;
}

/** The row of an order; amounts in minor units. */
@Entity('orders')
export class OrderEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('bigint', { transformer: amountColumn })
  number!: number;

  @Column('uuid', { name: 'cart_id', nullable: true })
  cartId!: string | null;

  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('text')
  email!: string;

  @Column('bytea', { name: 'token_hash' })
  tokenHash!: Buffer;

  @Column('text')
  state!: OrderState;

  @Column('char', { length: 3 })
  currency!: string;

  @Column('bigint', { name: 'subtotal_amount', transformer: amountColumn })
  subtotalAmount!: number;

  @Column('bigint', { name: 'discount_amount', transformer: amountColumn })
  discountAmount!: number;

  @Column('bigint', { name: 'shipping_amount', transformer: amountColumn })
  shippingAmount!: number;

  @Column('bigint', { name: 'tax_amount', transformer: amountColumn })
  taxAmount!: number;

  @Column('bigint', { name: 'total_amount', transformer: amountColumn })
  totalAmount!: number;

  @Column('jsonb', { name: 'shipping_address' })
  shippingAddress!: ShippingAddress;

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
