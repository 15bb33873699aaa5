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
import { COLLECTION_TEXTS, readInLanguages } from '../translations/translated-shelf.js';
import { CollectionEntity } from './collection.entity.js';
import type { ListCollections } from './collection.schema.js';

/** Columns of a collection that staff change. */
export type CollectionChanges = Partial<Pick<CollectionEntity, 'title' | 'slug' | 'description' | 'rules'>>;

/** A product's place in a list. */
export interface PlacedProduct {
  readonly id: string;
  readonly position: number;
}

/** Collections, and the products of those that are listed by hand. */
@Injectable()
export class CollectionsRepository {
  constructor(
    @InjectRepository(CollectionEntity) private readonly collections: Repository<CollectionEntity>,
    private readonly database: Database,
  ) {}

  /** A collection by id or slug, or `null`; its texts in the first of some languages that has them. */
  async find(idOrSlug: string, languages: readonly string[] = []): Promise<CollectionEntity | null> {
    const where = { [keyColumn(idOrSlug)]: idOrSlug };
    if (languages.length === 0) return this.collections.findOneBy(where);
    const [row] = await readInLanguages(this.collections.createQueryBuilder('c').where(where), COLLECTION_TEXTS, languages);
    return row?.said ?? null;
  }

  /** A page of collections by their own titles, with their texts in the first of some languages that has them. */
  async list<T>(
    { limit, cursor }: ListCollections,
    map: (row: CollectionEntity) => T,
    languages: readonly string[] = [],
  ): Promise<Page<T>> {
    const fingerprint = listFingerprint({});
    const query = this.collections.createQueryBuilder('c').orderBy({ 'c.title': 'ASC', 'c.id': 'ASC' }).limit(limit + 1);
    if (cursor !== undefined) {
      query.where('(c.title, c.id) > (:value::text, :id::uuid)', decodeCursor(fingerprint, cursor, 'text'));
    }
    const rows = await readInLanguages(query, COLLECTION_TEXTS, languages);
    return toPage(rows, limit, fingerprint, ({ own }) => ({ value: own.title, id: own.id }), ({ said }) => map(said));
  }

  /** The products on sale of a list by hand, after a position; one more than the limit if there are. */
  listPlaced(
    collectionId: string,
    { after, limit, now }: { after: number; limit: number; now: Date },
  ): Promise<PlacedProduct[]> {
    return this.database.query<PlacedProduct & { [column: string]: unknown }>(
      `SELECT p.id, m.position FROM collection_products m JOIN products p ON p.id = m.product_id
       WHERE m.collection_id = $1 AND m.position > $2 AND ${onSaleCondition('$4')} ORDER BY m.position LIMIT $3`,
      [collectionId, after, limit + 1, now],
    );
  }

  /** The ids of all products of a list by hand, in order. */
  async listProductIds(collectionId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT product_id AS id FROM collection_products WHERE collection_id = $1 ORDER BY position',
      [collectionId],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Locks a collection for a change of it or its list.
   *
   * @param version the version that the client read; `null` for any
   * @throws Problem `not_found` (404), `precondition_failed` (412) when it has changed since
   */
  async lock(tx: Transaction, id: string, version: number | null): Promise<Readonly<CollectionEntity>> {
    const collection = await tx.repository(CollectionEntity).findOne({ where: { id }, lock: { mode: 'for_no_key_update' } });
    if (!collection) throw problem('not_found');
    if (version !== null && collection.version !== version) throw problem('precondition_failed');
    return collection;
  }

  /** Whether a slug is in use. */
  slugExists(tx: Transaction, slug: string): Promise<boolean> {
    return tx.repository(CollectionEntity).existsBy({ slug });
  }

  /** Adds a collection; its unique slug answers `slug_taken`. */
  async insert(tx: Transaction, collection: CollectionEntity): Promise<void> {
    await tx.repository(CollectionEntity).insert(collection);
  }

  /** Changes a locked collection and counts its version up. */
  async update(tx: Transaction, id: string, changes: CollectionChanges, now: Date): Promise<void> {
    await tx.repository(CollectionEntity).update({ id }, { ...changes, updatedAt: now, version: () => 'version + 1' });
  }

  /** Deletes a locked collection with its list. */
  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.repository(CollectionEntity).delete({ id });
  }

  /** Gives a locked collection a list of products that exist. */
  async setProducts(tx: Transaction, collectionId: string, productIds: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM collection_products WHERE collection_id = $1', [collectionId]);
    await tx.query(
      `INSERT INTO collection_products (collection_id, product_id, position)
       SELECT $1, id, place - 1 FROM unnest($2::uuid[]) WITH ORDINALITY AS listed (id, place)`,
      [collectionId, productIds],
    );
  }
}
