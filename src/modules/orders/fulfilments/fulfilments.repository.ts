import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { FulfilmentLineEntity } from './fulfilment-line.entity.js';
import { FulfilmentEntity } from './fulfilment.entity.js';

/** Parcels and what is in them. */
@Injectable()
export class FulfilmentsRepository {
  /** Adds a parcel with its lines. */
  async insert(
    tx: Transaction,
    fulfilment: FulfilmentEntity,
    lines: readonly { lineId: string; quantity: number }[],
  ): Promise<void> {
    await tx.repository(FulfilmentEntity).insert(fulfilment);
    await tx.repository(FulfilmentLineEntity).insert(
      lines.map(({ lineId, quantity }) => ({ fulfilmentId: fulfilment.id, orderLineId: lineId, quantity })),
    );
  }
}
