import { Injectable } from '@nestjs/common';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { VariantPriceEntity } from '../prices/variant-price.entity.js';
import { ProductTypeEntity } from '../product-types/product-type.entity.js';
import { ProductEntity } from '../product.entity.js';
import { ProductTranslationEntity } from '../translations/product-translation.entity.js';
import { VariantEntity } from '../variant.entity.js';
import { recordsetOf, type Recordset } from './recordset.js';

/** Columns that an import leaves alone, or sets itself. */
const KEPT_OF_PRODUCT = new Set(['id', 'slug', 'state', 'version', 'created_at', 'updated_at']);
const KEPT_OF_VARIANT = new Set(['id', 'product_id', 'position', 'sku', 'title', 'options', 'created_at', 'updated_at']);

/** Rows that are to be there, and rows that are to go. */
export interface RowPlan<R> {
  readonly put: readonly R[];
  readonly gone: readonly R[];
}

/** Reads and writes many products in one statement each. */
@Injectable()
export class ProductBatchesRepository {
  private readonly recordsets = new Map<unknown, Recordset>();

  /** Locks the products with the given slugs, by id, so that no two who change several wait for each other. */
  lockBySlugs(tx: Transaction, slugs: readonly string[]): Promise<ProductEntity[]> {
    return tx.query<ProductEntity & { [column: string]: unknown }>(
      `SELECT ${this.of(tx, ProductEntity).selection} FROM products WHERE slug = ANY($1::text[])
       ORDER BY id FOR NO KEY UPDATE`,
      [slugs],
    );
  }

  /** The variants of the given products and those with the given SKUs, in their order. */
  findVariants(tx: Transaction, productIds: readonly string[], skus: readonly string[]): Promise<VariantEntity[]> {
    const { selection } = this.of(tx, VariantEntity);
    // Each by its own index: for one condition OR the other PostgreSQL would read the whole table.
    return tx.query<VariantEntity & { [column: string]: unknown }>(
      `WITH own AS MATERIALIZED (
         SELECT v.* FROM unnest($1::uuid[]) AS p (id) CROSS JOIN LATERAL (
           SELECT * FROM variants WHERE product_id = p.id OFFSET 0) v
       ),
       named AS MATERIALIZED (
         SELECT v.* FROM unnest($2::text[]) AS s (sku) CROSS JOIN LATERAL (
           SELECT * FROM variants WHERE sku = s.sku OFFSET 0) v
       )
       SELECT ${selection} FROM (
         SELECT * FROM own UNION ALL SELECT * FROM named WHERE id NOT IN (SELECT id FROM own)
       ) found ORDER BY product_id, position`,
      [productIds, skus],
    );
  }

  /** The ids of the products with the given external references. */
  async findByReferences(tx: Transaction, references: readonly string[]): Promise<Map<string, string>> {
    if (references.length === 0) return new Map();
    const rows = await tx.query<{ id: string; reference: string }>(
      `SELECT id, external_reference AS reference FROM products WHERE external_reference = ANY($1::text[])`,
      [references],
    );
    return new Map(rows.map(({ reference, id }) => [reference, id]));
  }

  /** Adds products; a used slug answers `slug_taken`. */
  async insertProducts(tx: Transaction, rows: readonly ProductEntity[]): Promise<void> {
    if (rows.length === 0) return;
    const { columns, values, shape } = this.of(tx, ProductEntity);
    await tx.query(
      `INSERT INTO products (${columns}) SELECT ${values} FROM json_to_recordset($1) AS ${shape}`,
      [JSON.stringify(rows)],
    );
  }

  /** Adds variants; a used SKU answers `sku_taken`. */
  async insertVariants(tx: Transaction, rows: readonly VariantEntity[]): Promise<void> {
    if (rows.length === 0) return;
    const { columns, values, shape } = this.of(tx, VariantEntity);
    await tx.query(
      `INSERT INTO variants (${columns}) SELECT ${values} FROM json_to_recordset($1) AS ${shape}`,
      [JSON.stringify(rows)],
    );
  }

  /** Changes locked products to the given rows and counts their versions up. */
  async updateProducts(tx: Transaction, rows: readonly ProductEntity[], now: Date): Promise<void> {
    if (rows.length === 0) return;
    const { assignments, shape } = this.of(tx, ProductEntity);
    await tx.query(
      `UPDATE products p SET ${assignments(KEPT_OF_PRODUCT)}, version = p.version + 1, updated_at = $2
       FROM json_to_recordset($1) AS ${shape} WHERE p.id = r."id"`,
      [JSON.stringify(rows), now],
    );
  }

  /** Changes variants of locked products to the given rows. */
  async updateVariants(tx: Transaction, rows: readonly VariantEntity[], now: Date): Promise<void> {
    if (rows.length === 0) return;
    const { assignments, shape } = this.of(tx, VariantEntity);
    await tx.query(
      `UPDATE variants v SET ${assignments(KEPT_OF_VARIANT)}, updated_at = $2
       FROM json_to_recordset($1) AS ${shape} WHERE v.id = r."id"`,
      [JSON.stringify(rows), now],
    );
  }

  /** Keeps the product types with the given ids or codes as they are until the transaction ends; by id. */
  async holdTypes(tx: Transaction, ids: readonly string[], codes: readonly string[]): Promise<Map<string, ProductTypeEntity>> {
    if (ids.length + codes.length === 0) return new Map();
    // By id, so that no two who hold several wait for each other.
    const types = await tx.query<ProductTypeEntity & { [column: string]: unknown }>(
      `SELECT ${this.of(tx, ProductTypeEntity).selection} FROM product_types
       WHERE id = ANY($1::uuid[]) OR code = ANY($2::text[]) ORDER BY id FOR SHARE`,
      [ids, codes],
    );
    return new Map(types.map((type) => [type.id, type]));
  }

  /** The texts of locked products in further languages. */
  async findTranslations(tx: Transaction, productIds: readonly string[]): Promise<ProductTranslationEntity[]> {
    if (productIds.length === 0) return [];
    const { selection } = this.of(tx, ProductTranslationEntity);
    return tx.query<ProductTranslationEntity & { [column: string]: unknown }>(
      `SELECT ${selection} FROM product_translations WHERE product_id = ANY($1::uuid[])`,
      [productIds],
    );
  }

  /** The prices of variants of locked products in further currencies. */
  async findPrices(tx: Transaction, variantIds: readonly string[]): Promise<VariantPriceEntity[]> {
    if (variantIds.length === 0) return [];
    const { selection } = this.of(tx, VariantPriceEntity);
    return tx.query<VariantPriceEntity & { [column: string]: unknown }>(
      `SELECT ${selection} FROM variant_prices WHERE variant_id = ANY($1::uuid[])`,
      [variantIds],
    );
  }

  /** Sets texts of locked products in further languages, and takes others away. */
  async writeTranslations(tx: Transaction, plans: readonly RowPlan<ProductTranslationEntity>[]): Promise<void> {
    await this.deleteTranslations(tx, plans.flatMap(({ gone }) => gone));
    await this.putTranslations(tx, plans.flatMap(({ put }) => put));
  }

  /** Sets prices of variants of locked products in further currencies, and takes others away. */
  async writePrices(tx: Transaction, plans: readonly RowPlan<VariantPriceEntity>[]): Promise<void> {
    await this.deletePrices(tx, plans.flatMap(({ gone }) => gone));
    await this.putPrices(tx, plans.flatMap(({ put }) => put));
  }

  private async putTranslations(tx: Transaction, rows: readonly ProductTranslationEntity[]): Promise<void> {
    if (rows.length === 0) return;
    const { columns, values, shape, replacements } = this.of(tx, ProductTranslationEntity);
    await tx.query(
      `INSERT INTO product_translations (${columns}) SELECT ${values} FROM json_to_recordset($1) AS ${shape}
       ON CONFLICT (product_id, locale) DO UPDATE SET ${replacements(new Set(['product_id', 'locale']))}`,
      [JSON.stringify(rows)],
    );
  }

  private async deleteTranslations(tx: Transaction, rows: readonly ProductTranslationEntity[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `DELETE FROM product_translations t USING unnest($1::uuid[], $2::text[]) AS gone (product_id, locale)
       WHERE t.product_id = gone.product_id AND t.locale = gone.locale`,
      [rows.map(({ ownerId }) => ownerId), rows.map(({ locale }) => locale)],
    );
  }

  private async putPrices(tx: Transaction, rows: readonly VariantPriceEntity[]): Promise<void> {
    if (rows.length === 0) return;
    const { columns, values, shape, replacements } = this.of(tx, VariantPriceEntity);
    await tx.query(
      `INSERT INTO variant_prices (${columns}) SELECT ${values} FROM json_to_recordset($1) AS ${shape}
       ON CONFLICT (variant_id, currency) DO UPDATE SET ${replacements(new Set(['variant_id', 'currency']))}`,
      [JSON.stringify(rows)],
    );
  }

  private async deletePrices(tx: Transaction, rows: readonly VariantPriceEntity[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `DELETE FROM variant_prices p USING unnest($1::uuid[], $2::bpchar[]) AS gone (variant_id, currency)
       WHERE p.variant_id = gone.variant_id AND p.currency = gone.currency`,
      [rows.map(({ variantId }) => variantId), rows.map(({ currency }) => currency)],
    );
  }

  /**
   * Writes the search rows of the products that the transaction has changed so far, which
   * would be written as it commits: who waits for its end waits for less.
   */
  async indexNow(tx: Transaction): Promise<void> {
    await tx.query('SET CONSTRAINTS product_search_changes_indexed IMMEDIATE');
  }

  private of<E extends ObjectLiteral>(tx: Transaction, entity: EntityTarget<E>): Recordset {
    const recordset = this.recordsets.get(entity) ?? recordsetOf(tx, entity);
    this.recordsets.set(entity, recordset);
    return recordset;
  }
}
