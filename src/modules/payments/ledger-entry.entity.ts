import { Column, Entity, PrimaryColumn } from 'typeorm';
import { amountColumn } from '../../infrastructure/database/amount-column.js';

/** Where money is booked: what the provider owes the shop, and what the shop has sold. */
export type LedgerAccount = 'provider_balance' | 'sales';

/** The row of one side of a posting; the entries of a posting sum to zero, which a trigger holds. */
@Entity('ledger_entries')
export class LedgerEntryEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'posting_id' })
  postingId!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @Column('text')
  account!: LedgerAccount;

  @Column('bigint', { transformer: amountColumn })
  amount!: number;

  @Column('char', { length: 3 })
  currency!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
