import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { decodeCursor, listFingerprint } from '../../../common/pagination/cursor.js';
import { toPage, type Page } from '../../../common/pagination/page.schema.js';
import { problem } from '../../../common/problems/problem.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { keyColumn } from '../id-or-slug.js';
import { onSaleCondition } from '../lifecycle/on-sale.js';
import { ReviewEntity } from './review.entity.js';
import type { AdminListReviews, ListReviews } from './review.schema.js';
import type { ReviewState } from './review.state.js';

/** A product on sale and what its reviews come to. */
export interface RatedProduct {
  readonly productId: string;
  readonly count: number;
  readonly sum: number;
}

const SORTS = {
  '-createdAt': { column: 'created_at', type: 'timestamptz', position: (row: ReviewEntity) => row.createdAt.toISOString() },
  '-rating': { column: 'rating', type: 'bigint', position: (row: ReviewEntity) => String(row.rating) },
} as const;

/** Reviews of products, and what they come to. */
@Injectable()
export class ReviewsRepository {
  constructor(
    @InjectRepository(ReviewEntity) private readonly reviews: Repository<ReviewEntity>,
    private readonly database: Database,
  ) {}

  /** A product on sale with its rating, by id or slug, or `null`. */
  async findRatedProduct(idOrSlug: string, now: Date): Promise<RatedProduct | null> {
    const [row] = await this.database.query<RatedProduct>(
      `SELECT p.id AS "productId", coalesce(r.count, 0) AS count, coalesce(r.sum, 0) AS sum
       FROM products p LEFT JOIN product_ratings r ON r.product_id = p.id
       WHERE p.${keyColumn(idOrSlug)} = $1 AND ${onSaleCondition('$2')}`,
      [idOrSlug, now],
    );
    return row ?? null;
  }

  /** The id of a product on sale, by id or slug, or `null`; it is not deleted until the transaction ends. */
  async holdProduct(tx: Transaction, idOrSlug: string, now: Date): Promise<string | null> {
    const [row] = await tx.query<{ id: string }>(
      `SELECT p.id FROM products p WHERE p.${keyColumn(idOrSlug)} = $1 AND ${onSaleCondition('$2')} FOR KEY SHARE`,
      [idOrSlug, now],
    );
    return row?.id ?? null;
  }

  /** A page of the approved reviews of a product. */
  async list<T>(
    productId: string,
    { limit, cursor, sort }: ListReviews,
    map: (row: ReviewEntity) => T,
  ): Promise<Page<T>> {
    const fingerprint = listFingerprint({ productId, sort });
    const { column, type, position } = SORTS[sort];
    const query = this.reviews
      .createQueryBuilder('r')
      .where(`r.product_id = :productId AND r.state = 'approved'`, { productId })
      .orderBy(`r.${column === 'rating' ? 'rating' : 'createdAt'}`, 'DESC')
      .addOrderBy('r.id', 'DESC')
      .limit(limit + 1);
    if (cursor !== undefined) {
      const after = decodeCursor(fingerprint, cursor, type);
      query.andWhere(`(r.${column}, r.id) < (:value::${type}, :id::uuid)`, after);
    }
    return toPage(await query.getMany(), limit, fingerprint, (row) => ({ value: position(row), id: row.id }), map);
  }

  /** A page of all reviews, the newest first. */
  async adminList<T>({ limit, cursor, ...filters }: AdminListReviews, map: (row: ReviewEntity) => T): Promise<Page<T>> {
    const fingerprint = listFingerprint(filters);
    const query = this.reviews
      .createQueryBuilder('r')
      .orderBy({ 'r.createdAt': 'DESC', 'r.id': 'DESC' })
      .limit(limit + 1);
    if (filters.state !== undefined) query.andWhere('r.state = :state', { state: filters.state });
    if (filters.productId !== undefined) query.andWhere('r.product_id = :productId', { productId: filters.productId });
    if (cursor !== undefined) {
      const after = decodeCursor(fingerprint, cursor, 'timestamptz');
      query.andWhere('(r.created_at, r.id) < (:value::timestamptz, :id::uuid)', after);
    }
    const rows = await query.getMany();
    return toPage(rows, limit, fingerprint, ({ createdAt, id }) => ({ value: createdAt.toISOString(), id }), map);
  }

  /** A review, or `null`. */
  find(id: string): Promise<ReviewEntity | null> {
    return this.reviews.findOneBy({ id });
  }

  /** Adds a review; a second one of the same customer answers `already_reviewed`. */
  async insert(tx: Transaction, review: ReviewEntity): Promise<void> {
    await tx.repository(ReviewEntity).insert(review);
  }

  /**
   * Locks a review.
   *
   * @param version the version that the client read; `null` for any
   * @throws Problem `not_found` (404), `precondition_failed` (412) when it has changed since
   */
  async lock(tx: Transaction, id: string, version: number | null): Promise<Readonly<ReviewEntity>> {
    const review = await tx.repository(ReviewEntity).findOne({ where: { id }, lock: { mode: 'for_no_key_update' } });
    if (!review) throw problem('not_found');
    if (version !== null && review.version !== version) throw problem('precondition_failed');
    return review;
  }

  /** Gives a locked review a state and counts its version up. */
  async settle(
    tx: Transaction,
    id: string,
    changes: { readonly state: ReviewState; readonly verifiedPurchase: boolean },
    now: Date,
  ): Promise<void> {
    await tx.repository(ReviewEntity).update({ id }, { ...changes, updatedAt: now, version: () => 'version + 1' });
  }

  /** Counts a review that is shown from now on. */
  async addRating(tx: Transaction, { productId, rating }: Readonly<ReviewEntity>): Promise<void> {
    await tx.query(
      `INSERT INTO product_ratings AS r (product_id, count, sum) VALUES ($1, 1, $2)
       ON CONFLICT (product_id) DO UPDATE SET count = r.count + 1, sum = r.sum + excluded.sum`,
      [productId, rating],
    );
  }

  /** Counts a review that was shown no more. */
  async removeRating(tx: Transaction, { productId, rating }: Readonly<ReviewEntity>): Promise<void> {
    await tx.query('UPDATE product_ratings SET count = count - 1, sum = sum - $2 WHERE product_id = $1', [productId, rating]);
  }
}
