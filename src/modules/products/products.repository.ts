import { Injectable } from '@nestjs/common';
import { invalidRequest, problem } from '../../common/problems/problem.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { ProductTypeEntity } from './product-types/product-type.entity.js';
import { ProductEntity } from './product.entity.js';
import type { ProductState } from './product.state.js';
import { VariantEntity } from './variant.entity.js';

/** Columns of a product that staff change. */
export type ProductChanges = Partial<
  Pick<ProductEntity, 'title' | 'slug' | 'description' | 'vendor' | 'category' | 'tags' | 'images' | 'options' | SaleColumn>
>;

type SaleColumn = 'searchBoost' | 'publishAt' | 'unpublishAt' | 'seo' | 'metadata' | 'externalReference' | 'productTypeId' | 'attributes';

/** Writes products and variants. */
@Injectable()
export class ProductsRepository {
  /** Adds a product; its unique slug answers `slug_taken`. */
  async insertProduct(tx: Transaction, product: ProductEntity): Promise<void> {
    await tx.repository(ProductEntity).insert(product);
  }

  /** Adds variants; a used SKU answers `sku_taken`. */
  async insertVariants(tx: Transaction, variants: readonly VariantEntity[]): Promise<void> {
    await tx.repository(VariantEntity).insert([...variants]);
  }

  /** Whether a slug is in use; who asks for the same one meanwhile waits for this transaction. */
  async slugExists(tx: Transaction, slug: string): Promise<boolean> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [slug]);
    return tx.repository(ProductEntity).existsBy({ slug });
  }

  /**
   * Locks a product for a change of it or its variants.
   *
   * @param version the version that the client read; `null` for any
   * @throws Problem `not_found` (404), `precondition_failed` (412) when it has changed since
   */
  async lock(tx: Transaction, id: string, version: number | null): Promise<ProductEntity> {
    const product = await tx
      .repository(ProductEntity)
      .findOne({ where: { id }, lock: { mode: 'for_no_key_update' } });
    if (!product) throw problem('not_found');
    if (version !== null && product.version !== version) throw problem('precondition_failed');
    return product;
  }

  /** Locks the given products by id, so that no two who change several wait for each other. */
  async lockAll(tx: Transaction, ids: readonly string[]): Promise<void> {
    await tx.query('SELECT id FROM products WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [ids]);
  }

  /** Locks the product with a slug, or answers `null`. */
  lockBySlug(tx: Transaction, slug: string): Promise<ProductEntity | null> {
    return tx.repository(ProductEntity).findOne({ where: { slug }, lock: { mode: 'for_no_key_update' } });
  }

  /**
   * Locks the product with an external reference, or answers `null`; who asks for the
   * same one meanwhile waits for this transaction, so that two do not make it.
   */
  async lockByExternalReference(tx: Transaction, reference: string): Promise<ProductEntity | null> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('external-reference:' || $1, 0))`, [reference]);
    return tx
      .repository(ProductEntity)
      .findOne({ where: { externalReference: reference }, lock: { mode: 'for_no_key_update' } });
  }

  /**
   * Keeps products from being deleted until the transaction ends.
   *
   * @throws Problem `invalid_request` (400) naming each of `productIds` that is no product
   */
  async holdAll(tx: Transaction, ids: readonly string[]): Promise<void> {
    const rows = await tx.query<{ id: string }>(
      'SELECT id FROM products WHERE id = ANY($1::uuid[]) ORDER BY id FOR KEY SHARE',
      [ids],
    );
    const found = new Set(rows.map(({ id }) => id));
    const faults = ids.flatMap((id, index) =>
      found.has(id) ? [] : [{ pointer: `/productIds/${String(index)}`, detail: 'is no product' }],
    );
    if (faults.length > 0) throw invalidRequest(...faults);
  }

  /** Keeps a product type as it is until the transaction ends; `null` when there is none. */
  holdType(tx: Transaction, id: string): Promise<ProductTypeEntity | null> {
    return tx.repository(ProductTypeEntity).findOne({ where: { id }, lock: { mode: 'pessimistic_read' } });
  }

  /** The variants of a product in their order. */
  variantsOf(tx: Transaction, productId: string): Promise<VariantEntity[]> {
    return tx.repository(VariantEntity).find({ where: { productId }, order: { position: 'ASC' } });
  }

  /** The product that a variant belongs to, or `null`. */
  async productIdOf(tx: Transaction, variantId: string): Promise<string | null> {
    const variant = await tx.repository(VariantEntity).findOneBy({ id: variantId });
    return variant?.productId ?? null;
  }

  /** Changes a locked product and counts its version up; without changes the version alone. */
  async updateProduct(tx: Transaction, id: string, changes: ProductChanges, now: Date): Promise<void> {
    await tx
      .repository(ProductEntity)
      .update({ id }, { ...changes, updatedAt: now, version: () => 'version + 1' });
  }

  /** Changes a variant of a locked product; false when the product has no such variant. */
  async updateVariant(
    tx: Transaction,
    key: { id: string; productId: string },
    changes: Partial<VariantEntity>,
    now: Date,
  ): Promise<boolean> {
    const { affected } = await tx.repository(VariantEntity).update(key, { ...changes, updatedAt: now });
    return affected === 1;
  }

  /** Moves a product's state along its arrow; false when it is in another state. */
  async move(
    tx: Transaction,
    { id, from, to }: { id: string; from: ProductState; to: ProductState },
    times: Partial<Pick<ProductEntity, 'publishAt' | 'unpublishAt'>>,
    now: Date,
  ): Promise<boolean> {
    const { affected } = await tx
      .repository(ProductEntity)
      .update({ id, state: from }, { ...times, state: to, updatedAt: now, version: () => 'version + 1' });
    return affected === 1;
  }
}
