import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The row of a product's place in a collection that is listed by hand. */
@Entity('collection_products')
export class CollectionProductEntity {
  @PrimaryColumn('uuid', { name: 'collection_id' })
  collectionId!: string;

  @PrimaryColumn('uuid', { name: 'product_id' })
  productId!: string;

  @Column('integer')
  position!: number;
}
