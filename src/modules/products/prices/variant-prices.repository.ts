import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { VariantPriceEntity } from './variant-price.entity.js';

/** Prices of variants in further currencies. The product of the variant is locked. */
@Injectable()
export class VariantPricesRepository {
  /** Sets the price of a variant in a currency. */
  async put(tx: Transaction, price: VariantPriceEntity): Promise<void> {
    await tx.repository(VariantPriceEntity).upsert(price, ['variantId', 'currency']);
  }

  /** Takes the price of a variant in a currency away; false when it has none. */
  async delete(tx: Transaction, key: { variantId: string; currency: string }): Promise<boolean> {
    const { affected } = await tx.repository(VariantPriceEntity).delete(key);
    return affected === 1;
  }
}
