import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The row of a cart. */
@Entity('carts')
export class CartEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('bytea', { name: 'token_hash' })
  tokenHash!: Buffer;

  @Column('char', { length: 3 })
  currency!: string;

  @Column('text')
  state!: 'open' | 'ordered';

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
