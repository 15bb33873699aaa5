import { Injectable } from '@nestjs/common';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { keyColumn } from '../id-or-slug.js';
import { onSaleCondition } from '../lifecycle/on-sale.js';
import type { RelationType } from './related-product.entity.js';

/** A product beside another. */
export interface Relation {
  readonly type: RelationType;
  readonly relatedId: string;
}

const SELECT = 'SELECT type, related_id AS "relatedId" FROM related_products WHERE product_id = $1 ORDER BY type, position';

/** The products that are shown beside a product. */
@Injectable()
export class RelatedProductsRepository {
  constructor(private readonly database: Database) {}

  /** The id of a product on sale, by id or slug, or `null`. */
  async findProductId(idOrSlug: string, now: Date): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      `SELECT p.id FROM products p WHERE p.${keyColumn(idOrSlug)} = $1 AND ${onSaleCondition('$2')}`,
      [idOrSlug, now],
    );
    return row?.id ?? null;
  }

  /** The products on sale of a type after a position; one more than the limit if there are. */
  listOnSale(
    productId: string,
    type: RelationType,
    { after, limit, now }: { after: number; limit: number; now: Date },
  ): Promise<{ id: string; position: number }[]> {
    return this.database.query(
      `SELECT p.id, r.position FROM related_products r JOIN products p ON p.id = r.related_id
       WHERE r.product_id = $1 AND r.type = $2 AND r.position > $3 AND ${onSaleCondition('$5')} ORDER BY r.position LIMIT $4`,
      [productId, type, after, limit + 1, now],
    );
  }

  /** All products beside a product, in order. */
  list(productId: string): Promise<Relation[]> {
    return this.database.query(SELECT, [productId]);
  }

  /** The same within a transaction. */
  listIn(tx: Transaction, productId: string): Promise<Relation[]> {
    return tx.query(SELECT, [productId]);
  }

  /** Gives a locked product the products of a type, which exist. */
  async set(tx: Transaction, productId: string, type: RelationType, relatedIds: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM related_products WHERE product_id = $1 AND type = $2', [productId, type]);
    await tx.query(
      `INSERT INTO related_products (product_id, type, related_id, position)
       SELECT $1, $2, id, place - 1 FROM unnest($3::uuid[]) WITH ORDINALITY AS listed (id, place)`,
      [productId, type, relatedIds],
    );
  }
}
