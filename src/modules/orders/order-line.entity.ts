import { Column, Entity, PrimaryColumn } from 'typeorm';
import { amountColumn } from '../../infrastructure/database/amount-column.js';

/** The row of what was bought, as it was when it was bought; amounts in minor units. */
@Entity('order_lines')
export class OrderLineEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('integer')
  position!: number;

  @Column('uuid', { name: 'product_id' })
  productId!: string;

  @Column('uuid', { name: 'variant_id' })
  variantId!: string;

  @Column('text')
  sku!: string;

  @Column('text')
  title!: string;

  @Column('text', { name: 'variant_title' })
  variantTitle!: string;

  @Column('integer')
  quantity!: number;

  @Column('integer', { name: 'fulfilled_quantity' })
  fulfilledQuantity!: number;

  @Column('bigint', { name: 'unit_amount', transformer: amountColumn })
  unitAmount!: number;

  @Column('bigint', { name: 'total_amount', transformer: amountColumn })
  totalAmount!: number;
}
