import { Column, Entity, PrimaryColumn } from 'typeorm';
import { amountColumn } from '../../infrastructure/database/amount-column.js';

/** The row of a line item; `shownUnitAmount` is the price that its buyer was shown last, in minor units. */
@Entity('cart_items')
export class LineItemEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'cart_id' })
  cartId!: string;

  @Column('uuid', { name: 'variant_id' })
  variantId!: string;

  @Column('integer')
  quantity!: number;

  @Column('bigint', {
    name: 'shown_unit_amount',
    transformer: amountColumn,
  })
  shownUnitAmount!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
