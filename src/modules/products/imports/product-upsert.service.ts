import { Injectable } from '@nestjs/common';
import { Clock } from '../../../infrastructure/clock/clock.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { columnsOfUpserted } from '../product-types/typed-product.js';
import type { ProductEntity } from '../product.entity.js';
import { PRODUCT_UPDATED } from '../product.events.js';
import type { CreateProduct } from '../product.schema.js';
import { ProductsRepository, type ProductChanges } from '../products.repository.js';
import { productChanges, variantChanges } from './product-differences.js';
import { ProductPartsService } from './product-parts.service.js';

/** What an upsert did. */
export interface UpsertOutcome {
  readonly product: 'created' | 'updated' | 'unchanged';
  readonly variantsCreated: number;
  readonly variantsUpdated: number;
}

/** Brings products up to date: their variants by SKU. */
@Injectable()
export class ProductUpsertService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly parts: ProductPartsService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Brings a locked product up to date; its state stays. Texts in further languages and prices in further
   * currencies are those that are named; where they are not named they stay.
   *
   * @param more columns that are wanted beside those that a file has
   * @throws Problem `sku_taken`, `duplicate_options` (409), `unknown_locale`, `unknown_currency` (404),
   * `invalid_request` (400) when attributes or texts name what there is not
   */
  async bringUpToDate(
    tx: Transaction,
    existing: ProductEntity,
    input: Omit<CreateProduct, 'state'>,
    actor: string,
    more: ProductChanges = {},
  ): Promise<UpsertOutcome> {
    const now = this.clock.now();
    const { id } = existing;
    const current = new Map((await this.products.variantsOf(tx, id)).map((variant) => [variant.sku, variant]));
    const added = input.variants.filter(({ sku }) => !current.has(sku));
    const changed = input.variants.flatMap((variant) => {
      const row = current.get(variant.sku);
      const changes = row ? variantChanges(row, variant) : {};
      return row && Object.keys(changes).length > 0 ? [{ row, changes }] : [];
    });
    const typed = await columnsOfUpserted(tx, this.products, existing, input);
    const changes = productChanges(existing, input, { ...more, ...typed });
    for (const { row, changes: columns } of changed) {
      await this.products.updateVariant(tx, { id: row.id, productId: id }, columns, now);
    }
    const position = Math.max(-1, ...[...current.values()].map((variant) => variant.position)) + 1;
    const made = added.length > 0 ? await this.parts.addVariants(tx, id, position, added, actor) : [];
    const idOfSku = new Map([...[...current.values()].map((row) => [row.sku, row.id] as const), ...made]);
    const isRewritten = await this.parts.write(tx, { id, options: changes.options ?? existing.options }, input, idOfSku);
    if (!isRewritten && added.length + changed.length + Object.keys(changes).length === 0) {
      return { product: 'unchanged', variantsCreated: 0, variantsUpdated: 0 };
    }
    await this.products.updateProduct(tx, id, changes, now);
    this.outbox.append(tx, domainEvent(PRODUCT_UPDATED, id, { productId: id }));
    return { product: 'updated', variantsCreated: added.length, variantsUpdated: changed.length };
  }
}
