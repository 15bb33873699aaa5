import { Column, Entity, PrimaryColumn } from 'typeorm';
import { amountColumn } from '../../../infrastructure/database/amount-column.js';

/** The row of a variant's price in a currency other than that of its own price. */
@Entity('variant_prices')
export class VariantPriceEntity {
  @PrimaryColumn('uuid', { name: 'variant_id' })
  variantId!: string;

  @PrimaryColumn('char', { length: 3 })
  currency!: string;

  @Column('bigint', { transformer: amountColumn })
  amount!: number;

  @Column('bigint', { name: 'compare_at_amount', nullable: true, transformer: amountColumn })
  compareAtAmount!: number | null;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
