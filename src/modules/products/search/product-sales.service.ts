import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { SearchIndexRepository } from './search-index.repository.js';

/** Hears how much was sold, by which lists and searches are ordered. */
@Injectable()
export class ProductSalesService {
  constructor(private readonly index: SearchIndexRepository) {}

  /** Adds units by product; those that come back are negative. */
  async add(tx: Transaction, units: ReadonlyMap<string, number>): Promise<void> {
    if (units.size > 0) await this.index.addSales(tx, units);
  }
}
