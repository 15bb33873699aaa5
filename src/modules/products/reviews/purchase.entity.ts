import { Entity, PrimaryColumn } from 'typeorm';

/** The row that says that somebody has bought a product. */
@Entity('product_purchases')
export class PurchaseEntity {
  @PrimaryColumn('uuid', { name: 'product_id' })
  productId!: string;

  @PrimaryColumn('uuid', { name: 'user_id' })
  userId!: string;

  @PrimaryColumn('uuid', { name: 'order_id' })
  orderId!: string;
}
