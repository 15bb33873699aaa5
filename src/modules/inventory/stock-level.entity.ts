import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The row of a variant's stock; `0 <= reserved <= onHand` is a constraint of the table. */
@Entity('stock_levels')
export class StockLevelEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'variant_id' })
  variantId!: string;

  @Column('integer', { name: 'on_hand' })
  onHand!: number;

  @Column('integer')
  reserved!: number;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
