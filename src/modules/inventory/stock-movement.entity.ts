import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Why stock changed. */
export type MovementReason = 'received' | 'adjusted' | 'reserved' | 'released' | 'fulfilled';

/** The row of one change of a stock level; never updated, never deleted. */
@Entity('stock_movements')
export class StockMovementEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'stock_level_id' })
  stockLevelId!: string;

  @Column('text')
  reason!: MovementReason;

  @Column('integer', { name: 'on_hand_delta' })
  onHandDelta!: number;

  @Column('integer', { name: 'reserved_delta' })
  reservedDelta!: number;

  @Column('uuid', { name: 'reference_id', nullable: true })
  referenceId!: string | null;

  @Column('text')
  actor!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
