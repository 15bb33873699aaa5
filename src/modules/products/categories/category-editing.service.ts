import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { invalidRequest, problem } from '../../../common/problems/problem.js';
import { MAX_SLUG_LENGTH, slugify } from '../../../common/text/slug.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { slugWithId } from '../id-or-slug.js';
import type { CategoryEntity } from './category.entity.js';
import { CATEGORY_CREATED, CATEGORY_DELETED, CATEGORY_MOVED, CATEGORY_UPDATED } from './category.events.js';
import { toAdminCategory } from './category.mapper.js';
import { MAX_LEVELS } from './category.schema.js';
import type { AdminCategory, CreateCategory, MoveCategory, UpdateCategory } from './category.schema.js';
import { CategoriesRepository } from './categories.repository.js';

/** What staff do with the category tree. Changes of its shape happen one after the other. */
@Injectable()
export class CategoryEditingService {
  constructor(
    private readonly categories: CategoriesRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a category.
   *
   * @throws Problem `slug_taken` (409), `invalid_request` (400) when there is no such parent
   */
  create({ name, slug, description, parentId, position }: CreateCategory): Promise<AdminCategory> {
    return this.database.transaction(async (tx) => {
      await this.categories.lockTree(tx);
      const [id, now] = [uuidv7(), this.clock.now()];
      const parentPath = await this.pathOf(tx, parentId, 1);
      const category = {
        id,
        parentId,
        slug: slug ?? (await this.freeSlug(tx, name, id)),
        name,
        description,
        position: await this.openPosition(tx, id, { parentId, position }),
        path: [...parentPath, id],
        depth: parentPath.length,
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      await this.categories.insert(tx, category);
      this.outbox.append(tx, domainEvent(CATEGORY_CREATED, id, { categoryId: id }));
      return toAdminCategory(category);
    });
  }

  /**
   * Changes what a category is called.
   *
   * @param version the version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412), `slug_taken` (409)
   */
  update(id: string, version: number | null, changes: UpdateCategory): Promise<AdminCategory> {
    return this.database.transaction(async (tx) => {
      await this.categories.lock(tx, id, version);
      await this.categories.update(tx, id, changes, this.clock.now());
      this.outbox.append(tx, domainEvent(CATEGORY_UPDATED, id, { categoryId: id }));
      return this.answer(tx, id);
    });
  }

  /**
   * Moves a category with all below it to a place in the tree.
   *
   * @param version the version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412), `category_cycle` (409),
   * `invalid_request` (400) when there is no such parent
   */
  move(id: string, version: number | null, { parentId, position }: MoveCategory): Promise<AdminCategory> {
    return this.database.transaction(async (tx) => {
      await this.categories.lockTree(tx);
      const category = await this.categories.lock(tx, id, version);
      const parentPath = await this.pathOf(tx, parentId, await this.categories.countLevels(tx, category));
      if (parentPath.includes(id)) throw problem('category_cycle');
      await this.categories.closeGap(tx, category, id);
      const place = { parentId, parentPath, position: await this.openPosition(tx, id, { parentId, position }) };
      await this.categories.move(tx, category, place, this.clock.now());
      this.outbox.append(tx, domainEvent(CATEGORY_MOVED, id, { categoryId: id }));
      return this.answer(tx, id);
    });
  }

  /**
   * Deletes an empty category.
   *
   * @param version the version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412), `category_not_empty` (409)
   */
  delete(id: string, version: number | null): Promise<void> {
    return this.database.transaction(async (tx) => {
      await this.categories.lockTree(tx);
      const category = await this.categories.lock(tx, id, version, true);
      if (await this.categories.hasContent(tx, id)) throw problem('category_not_empty');
      await this.categories.delete(tx, id);
      await this.categories.closeGap(tx, category, id);
      this.outbox.append(tx, domainEvent(CATEGORY_DELETED, id, { categoryId: id }));
    });
  }

  /** The path of a parent that has room for so many levels below it; empty for the root. */
  private async pathOf(tx: Transaction, parentId: string | null, levels: number): Promise<readonly string[]> {
    if (parentId === null) return [];
    const parent: CategoryEntity | null = await this.categories.findIn(tx, parentId);
    if (!parent) throw invalidRequest({ pointer: '/parentId', detail: 'is no category' });
    if (parent.path.length + levels > MAX_LEVELS) {
      throw invalidRequest({ pointer: '/parentId', detail: `is too deep: the tree has at most ${String(MAX_LEVELS)} levels` });
    }
    return parent.path;
  }

  private async openPosition(
    tx: Transaction,
    id: string,
    { parentId, position: wanted }: { parentId: string | null; position?: number | undefined },
  ): Promise<number> {
    const last = await this.categories.countSiblings(tx, parentId, id);
    const position = Math.min(wanted ?? last, last);
    if (position < last) await this.categories.openGap(tx, { parentId, position }, id);
    return position;
  }

  private async freeSlug(tx: Transaction, name: string, id: string): Promise<string> {
    const slug = slugify(name) || 'category';
    return (await this.categories.slugExists(tx, slug)) ? slugWithId(slug, id, MAX_SLUG_LENGTH) : slug;
  }

  private async answer(tx: Transaction, id: string): Promise<AdminCategory> {
    const category = await this.categories.findIn(tx, id);
    if (!category) throw problem('not_found');
    return toAdminCategory(category);
  }
}
