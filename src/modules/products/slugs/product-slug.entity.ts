import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The row of a slug that a product had before. */
@Entity('product_slugs')
export class ProductSlugEntity {
  @PrimaryColumn('text')
  slug!: string;

  @Column('uuid', { name: 'product_id' })
  productId!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
