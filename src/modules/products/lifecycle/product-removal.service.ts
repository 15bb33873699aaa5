import { Injectable } from '@nestjs/common';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { InventoryService } from '../../inventory/index.js';
import { ProductEditingService } from '../product-editing.service.js';
import { PRODUCT_ARCHIVED, PRODUCT_DELETED } from '../product.events.js';
import { ProductsRepository } from '../products.repository.js';
import type { Removal } from './removal.schema.js';
import { RemovalsRepository } from './removals.repository.js';

/** Deletes products that nothing tells of, and archives the others. */
@Injectable()
export class ProductRemovalService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly removals: RemovalsRepository,
    private readonly editing: ProductEditingService,
    private readonly inventory: InventoryService,
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Deletes a product whose stock never moved, which no order can know of, and that is
   * in no cart; archives any other.
   *
   * @param version the version that the client read; `null` for any
   * @throws Problem `not_found` (404), `precondition_failed` (412)
   */
  remove(id: string, version: number | null): Promise<Removal> {
    return this.database.transaction(async (tx) => {
      const product = await this.products.lock(tx, id, version);
      if (await this.tryDelete(tx, id)) {
        this.outbox.append(tx, domainEvent(PRODUCT_DELETED, id, { productId: id }));
        return { id, outcome: 'deleted' as const };
      }
      if (product.state !== 'archived') {
        await this.editing.moveLocked(tx, product, 'archive');
        this.outbox.append(tx, domainEvent(PRODUCT_ARCHIVED, id, { productId: id }));
      }
      return { id, outcome: 'archived' as const };
    });
  }

  private async tryDelete(tx: Transaction, id: string): Promise<boolean> {
    const variantIds = await this.removals.lockVariants(tx, id);
    if (await this.removals.areInCarts(tx, variantIds)) return false;
    if (!(await this.inventory.close(tx, variantIds))) return false;
    await this.removals.delete(tx, id);
    return true;
  }
}
