import { Injectable } from '@nestjs/common';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { onSaleCondition } from '../lifecycle/on-sale.js';

/** Remembers the slugs that products had, so that their old addresses lead on. */
@Injectable()
export class ProductSlugsRepository {
  constructor(private readonly database: Database) {}

  /** The present slug of the product on sale that had a slug before, or `null`. */
  async findPresent(former: string, now: Date): Promise<string | null> {
    const [row] = await this.database.query<{ slug: string }>(
      `SELECT p.slug FROM product_slugs s JOIN products p ON p.id = s.product_id
       WHERE s.slug = $1 AND ${onSaleCondition('$2')}`,
      [former, now],
    );
    return row?.slug ?? null;
  }

  /** Forgets who had a slug, for a product has it now. */
  async take(tx: Transaction, slug: string): Promise<void> {
    await tx.query('DELETE FROM product_slugs WHERE slug = $1', [slug]);
  }

  /** Forgets who had any of some slugs. */
  async takeAll(tx: Transaction, slugs: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM product_slugs WHERE slug = ANY($1::text[])', [slugs]);
  }

  /** Remembers the slug that a locked product had. */
  async leave(tx: Transaction, slug: string, productId: string, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO product_slugs (slug, product_id, created_at) VALUES ($1, $2, $3)
       ON CONFLICT (slug) DO UPDATE SET product_id = EXCLUDED.product_id, created_at = EXCLUDED.created_at`,
      [slug, productId, now],
    );
  }
}
