import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Why a product is shown beside another. */
export type RelationType = 'similar' | 'accessory' | 'upsell' | 'cross_sell';

/** The row of a product that is shown beside another. */
@Entity('related_products')
export class RelatedProductEntity {
  @PrimaryColumn('uuid', { name: 'product_id' })
  productId!: string;

  @PrimaryColumn('text')
  type!: RelationType;

  @PrimaryColumn('uuid', { name: 'related_id' })
  relatedId!: string;

  @Column('integer')
  position!: number;
}
