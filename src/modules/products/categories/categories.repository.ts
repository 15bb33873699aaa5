import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThanOrEqual, Repository } from 'typeorm';
import { problem } from '../../../common/problems/problem.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { keyColumn } from '../id-or-slug.js';
import { CATEGORY_TEXTS, readInLanguages } from '../translations/translated-shelf.js';
import { CategoryEntity } from './category.entity.js';

/** Number of the advisory lock that lets one change of the tree's shape at a time through. */
const TREE_LOCK = 1_760_000_045;

/** Columns of a category that staff change without moving it. */
export type CategoryChanges = Partial<Pick<CategoryEntity, 'name' | 'slug' | 'description'>>;

/** Where a category is to stand. */
export interface Place {
  readonly parentId: string | null;
  readonly position: number;
}

/** The category tree. A category holds its whole path, so that no read climbs or descends step by step. */
@Injectable()
export class CategoriesRepository {
  constructor(
    @InjectRepository(CategoryEntity) private readonly categories: Repository<CategoryEntity>,
    private readonly database: Database,
  ) {}

  /** A category by id or slug, or `null`; its texts in the first of some languages that has them. */
  async find(idOrSlug: string, languages: readonly string[] = []): Promise<CategoryEntity | null> {
    const where = { [keyColumn(idOrSlug)]: idOrSlug };
    if (languages.length === 0) return this.categories.findOneBy(where);
    const [row] = await readInLanguages(this.categories.createQueryBuilder('c').where(where), CATEGORY_TEXTS, languages);
    return row?.said ?? null;
  }

  /** The categories nearest to the roots, level by level, one more than the limit if there are. */
  async listByLevel(maxDepth: number, limit: number, languages: readonly string[]): Promise<CategoryEntity[]> {
    const where = { depth: LessThanOrEqual(maxDepth) };
    if (languages.length === 0) {
      return this.categories.find({ where, order: { depth: 'ASC', position: 'ASC', id: 'ASC' }, take: limit + 1 });
    }
    const query = this.categories
      .createQueryBuilder('c')
      .where(where)
      .orderBy({ 'c.depth': 'ASC', 'c.position': 'ASC', 'c.id': 'ASC' })
      .limit(limit + 1);
    return (await readInLanguages(query, CATEGORY_TEXTS, languages)).map(({ said }) => said);
  }

  /** The ancestors of a category from the root on, and then its children in order. */
  async listAround(
    { id, path, depth }: CategoryEntity,
    limit: number,
    languages: readonly string[],
  ): Promise<CategoryEntity[]> {
    const query = this.categories
      .createQueryBuilder('c')
      .where('c.id = ANY(:ancestors::uuid[]) OR c.parent_id = :id', { ancestors: path.slice(0, -1), id })
      .orderBy({ 'c.depth': 'ASC', 'c.position': 'ASC' })
      .limit(limit + depth);
    return (await readInLanguages(query, CATEGORY_TEXTS, languages)).map(({ said }) => said);
  }

  /** Children of a category, or the roots, after a position; one more than the limit if there are. */
  listChildren(parentId: string | null, after: number, limit: number): Promise<CategoryEntity[]> {
    return this.categories
      .createQueryBuilder('c')
      .where(parentId === null ? 'c.parent_id IS NULL' : 'c.parent_id = :parentId', { parentId })
      .andWhere('c.position > :after', { after })
      .orderBy('c.position', 'ASC')
      .limit(limit + 1)
      .getMany();
  }

  /** Waits until no other transaction changes the shape of the tree; held until this one ends. */
  async lockTree(tx: Transaction): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [TREE_LOCK]);
  }

  /** A category as the transaction sees it, or `null`. */
  findIn(tx: Transaction, id: string): Promise<CategoryEntity | null> {
    return tx.repository(CategoryEntity).findOneBy({ id });
  }

  /**
   * Locks a category for a change; for a deletion against new products as well.
   *
   * @param version the version that the client read; `null` for any
   * @throws Problem `not_found` (404), `precondition_failed` (412) when it has changed since
   */
  async lock(tx: Transaction, id: string, version: number | null, forDeletion = false): Promise<CategoryEntity> {
    const mode = forDeletion ? 'pessimistic_write' : 'for_no_key_update';
    const category = await tx.repository(CategoryEntity).findOne({ where: { id }, lock: { mode } });
    if (!category) throw problem('not_found');
    if (version !== null && category.version !== version) throw problem('precondition_failed');
    return category;
  }

  /** Whether a slug is in use. */
  slugExists(tx: Transaction, slug: string): Promise<boolean> {
    return tx.repository(CategoryEntity).existsBy({ slug });
  }

  /** Adds a category; its unique slug answers `slug_taken`. */
  async insert(tx: Transaction, category: CategoryEntity): Promise<void> {
    await tx.repository(CategoryEntity).insert(category);
  }

  /** Changes a locked category and counts its version up. */
  async update(tx: Transaction, id: string, changes: CategoryChanges, now: Date): Promise<void> {
    await tx.repository(CategoryEntity).update({ id }, { ...changes, updatedAt: now, version: () => 'version + 1' });
  }

  /** Deletes a locked, empty category. */
  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.repository(CategoryEntity).delete({ id });
  }

  /** Whether a locked category has children or products. */
  async hasContent(tx: Transaction, id: string): Promise<boolean> {
    const [row] = await tx.query<{ full: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM categories WHERE parent_id = $1)
           OR EXISTS (SELECT 1 FROM product_categories WHERE category_id = $1) AS full`,
      [id],
    );
    return row?.full ?? false;
  }

  /** How many children a category, or the root, has beside one; the tree is locked. */
  async countSiblings(tx: Transaction, parentId: string | null, besideId: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM categories WHERE parent_id IS NOT DISTINCT FROM $1 AND id <> $2',
      [parentId, besideId],
    );
    return row?.count ?? 0;
  }

  /** How many levels a category and all below it take; the tree is locked. */
  async countLevels(tx: Transaction, { id, depth }: CategoryEntity): Promise<number> {
    const [row] = await tx.query<{ deepest: number }>(
      'SELECT max(depth) AS deepest FROM categories WHERE path @> ARRAY[$1::uuid]',
      [id],
    );
    return (row?.deepest ?? depth) - depth + 1;
  }

  /** Makes room at a position by pushing the siblings from there on one back, all but one; the tree is locked. */
  async openGap(tx: Transaction, { parentId, position }: Place, besideId: string): Promise<void> {
    await tx.query(
      `UPDATE categories SET position = position + 1
       WHERE parent_id IS NOT DISTINCT FROM $1 AND position >= $2 AND id <> $3`,
      [parentId, position, besideId],
    );
  }

  /** Closes the gap that a category leaves by pulling the siblings after it one forward; the tree is locked. */
  async closeGap(tx: Transaction, { parentId, position }: Place, besideId: string): Promise<void> {
    await tx.query(
      `UPDATE categories SET position = position - 1
       WHERE parent_id IS NOT DISTINCT FROM $1 AND position > $2 AND id <> $3`,
      [parentId, position, besideId],
    );
  }

  /** Moves a category with all below it under another path; one statement, however much that is. The tree is locked. */
  async move(
    tx: Transaction,
    { id, depth }: CategoryEntity,
    place: Place & { readonly parentPath: readonly string[] },
    now: Date,
  ): Promise<void> {
    await tx.query(
      `UPDATE categories SET
         path = $2::uuid[] || path[$3::int:],
         depth = depth + cardinality($2::uuid[]) - $3::int + 1,
         parent_id = CASE WHEN id = $1 THEN $4::uuid ELSE parent_id END,
         position = CASE WHEN id = $1 THEN $5::int ELSE position END,
         version = version + 1, updated_at = $6
       WHERE path @> ARRAY[$1::uuid]`,
      [id, place.parentPath, depth + 1, place.parentId, place.position, now],
    );
  }

  /** The categories of a product, by name. */
  listOfProduct(productId: string): Promise<{ id: string; slug: string; name: string }[]> {
    return this.database.query(...ofProduct(productId));
  }

  /** The same within a transaction. */
  listOfProductIn(tx: Transaction, productId: string): Promise<{ id: string; slug: string; name: string }[]> {
    return tx.query(...ofProduct(productId));
  }

  /** Which of the categories exist; they cannot be deleted until the transaction ends. */
  async hold(tx: Transaction, ids: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ id: string }>(
      'SELECT id FROM categories WHERE id = ANY($1::uuid[]) ORDER BY id FOR KEY SHARE',
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Puts a locked product into held categories and takes it out of all others. */
  async assign(tx: Transaction, productId: string, categoryIds: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM product_categories WHERE product_id = $1 AND category_id <> ALL ($2::uuid[])', [
      productId,
      categoryIds,
    ]);
    await tx.query(
      `INSERT INTO product_categories (product_id, category_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING`,
      [productId, categoryIds],
    );
  }
}

function ofProduct(productId: string): [string, unknown[]] {
  return [
    `SELECT c.id, c.slug, c.name FROM product_categories pc JOIN categories c ON c.id = pc.category_id
     WHERE pc.product_id = $1 ORDER BY c.name, c.id`,
    [productId],
  ];
}
