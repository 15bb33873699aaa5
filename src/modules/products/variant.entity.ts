import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Reads PostgreSQL's bigint, which the driver gives as text, as a safe integer. */
const amount = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};

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

  @Column('bigint', { name: 'price_amount', transformer: amount })
  priceAmount!: number;

  @Column('char', { length: 3 })
  currency!: string;

  @Column('bigint', { name: 'compare_at_amount', nullable: true, transformer: amount })
  compareAtAmount!: number | null;

  @Column('text', { nullable: true })
  barcode!: string | null;

  @Column('integer', { name: 'weight_grams', nullable: true })
  weightGrams!: number | null;

  @Column('text', { name: 'image_url', nullable: true })
  imageUrl!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
