import { Column, Entity, PrimaryColumn } from 'typeorm';
import { amountColumn } from '../../infrastructure/database/amount-column.js';

/** The row of a sellable variant. */
@Entity('variants')
export class VariantEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'product_id' })
  productId!: string;

  @Column('integer')
  position!: number;

  @Column('text')
  sku!: string;

  @Column('text')
  title!: string;

  @Column('jsonb')
  options!: Record<string, string>;

  @Column('bigint', { name: 'price_amount', transformer: amountColumn })
  priceAmount!: number;

  @Column('char', { length: 3 })
  currency!: string;

  @Column('bigint', { name: 'compare_at_amount', nullable: true, transformer: amountColumn })
  compareAtAmount!: number | null;

  @Column('text', { nullable: true })
  barcode!: string | null;

  @Column('text', { nullable: true })
  gtin!: string | null;

  @Column('integer', { name: 'weight_grams', nullable: true })
  weightGrams!: number | null;

  @Column('integer', { name: 'length_mm', nullable: true })
  lengthMm!: number | null;

  @Column('integer', { name: 'width_mm', nullable: true })
  widthMm!: number | null;

  @Column('integer', { name: 'height_mm', nullable: true })
  heightMm!: number | null;

  @Column('text', { name: 'image_url', nullable: true })
  imageUrl!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
