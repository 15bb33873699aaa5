import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The row of what the approved reviews of a product come to. */
@Entity('product_ratings')
export class RatingEntity {
  @PrimaryColumn('uuid', { name: 'product_id' })
  productId!: string;

  @Column('integer')
  count!: number;

  @Column('integer')
  sum!: number;
}
