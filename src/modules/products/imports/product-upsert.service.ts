import { Injectable } from '@nestjs/common';
import { Clock } from '../../../infrastructure/clock/clock.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { ProductEditingService } from '../product-editing.service.js';
import { columnsOfUpserted } from '../product-types/typed-product.js';
import type { ProductEntity, ProductOption } from '../product.entity.js';
import { PRODUCT_UPDATED } from '../product.events.js';
import type { CreateProduct, NewVariant } from '../product.schema.js';
import type { ProductState } from '../product.state.js';
import { ProductsRepository, type ProductChanges } from '../products.repository.js';
import type { VariantEntity } from '../variant.entity.js';

/** What an upsert did. */
export interface UpsertOutcome {
  readonly product: 'created' | 'updated' | 'unchanged';
  readonly variantsCreated: number;
  readonly variantsUpdated: number;
}

/** A product to be made or brought up to date, found by its slug. */
export type ProductUpsert = Omit<CreateProduct, 'state'> & { readonly slug: string; readonly state: ProductState };

/** Makes a product or brings it up to date: products by slug, variants by SKU. */
@Injectable()
export class ProductUpsertService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly editing: ProductEditingService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Upserts one product. A repeat changes nothing and tells nothing. The stock of a
   * variant is set when it is made; later files leave it alone, for orders have moved it.
   *
   * @throws a violated `variants_sku_key` when a SKU belongs to another product
   */
  async upsert(tx: Transaction, input: ProductUpsert, actor: string): Promise<UpsertOutcome> {
    const existing = await this.products.lockBySlug(tx, input.slug);
    if (!existing) {
      const { state, ...product } = input;
      await this.editing.insert(tx, product, actor, state);
      return { product: 'created', variantsCreated: input.variants.length, variantsUpdated: 0 };
    }
    return this.bringUpToDate(tx, existing, input, actor);
  }

  /**
   * Brings a locked product up to date; its state stays.
   *
   * @param more columns that are wanted beside those that a file has
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
    const changes = { ...productChanges(existing, input), ...differences(existing, { ...more, ...typed }) };
    if (added.length + changed.length + Object.keys(changes).length === 0) {
      return { product: 'unchanged', variantsCreated: 0, variantsUpdated: 0 };
    }
    for (const { row, changes: columns } of changed) {
      await this.products.updateVariant(tx, { id: row.id, productId: id }, columns, now);
    }
    const position = Math.max(-1, ...[...current.values()].map((variant) => variant.position)) + 1;
    if (added.length > 0) await this.editing.insertVariants(tx, id, position, added, actor);
    await this.products.updateProduct(tx, id, changes, now);
    this.outbox.append(tx, domainEvent(PRODUCT_UPDATED, id, { productId: id }));
    return { product: 'updated', variantsCreated: added.length, variantsUpdated: changed.length };
  }
}

function productChanges(existing: ProductEntity, input: Omit<CreateProduct, 'state'>): ProductChanges {
  const wanted = {
    title: input.title,
    description: input.description,
    vendor: input.vendor,
    category: input.category,
    tags: input.tags,
    images: input.images,
    options: mergeOptions(existing.options, input.options),
  };
  return differences(existing, wanted);
}

function variantChanges(row: VariantEntity, variant: NewVariant): Partial<VariantEntity> {
  const { gtin, lengthMm, widthMm, heightMm } = variant;
  // What a file has no column for stays as staff have set it.
  const named = Object.entries({ gtin, lengthMm, widthMm, heightMm }).filter(([, value]) => value !== undefined);
  return differences(row, {
    ...(Object.fromEntries(named) as Partial<VariantEntity>),
    priceAmount: variant.price.amount,
    currency: variant.price.currency,
    compareAtAmount: variant.compareAtPrice?.amount ?? null,
    barcode: variant.barcode ?? null,
    weightGrams: variant.weightGrams ?? null,
    imageUrl: variant.imageUrl ?? null,
  });
}

/** The wanted columns that differ from those of the row; the order of object keys does not count. */
function differences<T extends object>(row: T, wanted: Partial<T>): Partial<T> {
  const entries = Object.entries(wanted) as [keyof T, unknown][];
  return Object.fromEntries(
    entries.filter(([column, value]) => canonical(row[column]) !== canonical(value)),
  ) as Partial<T>;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort())
      : part,
  );
}

/** The options with the values that the file adds; values that are sold already stay. */
function mergeOptions(existing: readonly ProductOption[], wanted: readonly ProductOption[]): ProductOption[] {
  const merged = existing.map(({ name, values }) => {
    const more = wanted.find((option) => option.name === name)?.values ?? [];
    return { name, values: [...new Set([...values, ...more])] };
  });
  const added = wanted.filter(({ name }) => !existing.some((option) => option.name === name));
  return [...merged, ...added];
}
