import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { problem } from '../../../common/problems/problem.js';
import { MAX_SLUG_LENGTH, slugify } from '../../../common/text/slug.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { slugWithId } from '../id-or-slug.js';
import { ProductsRepository } from '../products.repository.js';
import type { CollectionEntity } from './collection.entity.js';
import { COLLECTION_CREATED, COLLECTION_DELETED, COLLECTION_UPDATED } from './collection.events.js';
import { toAdminCollection } from './collection.mapper.js';
import type { AdminCollection, CollectionProducts, CreateCollection, UpdateCollection } from './collection.schema.js';
import { CollectionsRepository, type CollectionChanges } from './collections.repository.js';

/** What staff do with collections. */
@Injectable()
export class CollectionEditingService {
  constructor(
    private readonly collections: CollectionsRepository,
    private readonly products: ProductsRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a collection.
   *
   * @throws Problem `slug_taken` (409)
   */
  create({ slug, ...input }: CreateCollection): Promise<AdminCollection> {
    return this.database.transaction(async (tx) => {
      const [id, now] = [uuidv7(), this.clock.now()];
      const collection = {
        ...input,
        id,
        slug: slug ?? (await this.freeSlug(tx, input.title, id)),
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      await this.collections.insert(tx, collection);
      this.outbox.append(tx, domainEvent(COLLECTION_CREATED, id, { collectionId: id }));
      return toAdminCollection(collection);
    });
  }

  /**
   * Changes a collection; with rules, its list by hand is forgotten.
   *
   * @param version the version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412), `slug_taken` (409)
   */
  update(id: string, version: number | null, changes: UpdateCollection): Promise<AdminCollection> {
    return this.database.transaction(async (tx) => {
      const collection = await this.collections.lock(tx, id, version);
      if (changes.rules) await this.collections.setProducts(tx, id, []);
      return toAdminCollection(await this.change(tx, collection, changes));
    });
  }

  /**
   * Gives a collection the whole list of its products.
   *
   * @param version the version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412), `collection_has_rules` (409),
   * `invalid_request` (400) naming what is no product
   */
  setProducts(id: string, version: number | null, productIds: string[]): Promise<CollectionProducts> {
    return this.database.transaction(async (tx) => {
      await this.products.holdAll(tx, productIds);
      const collection = await this.collections.lock(tx, id, version);
      if (collection.rules !== null) throw problem('collection_has_rules');
      await this.collections.setProducts(tx, id, productIds);
      const changed = await this.change(tx, collection, {});
      return { collectionId: id, version: changed.version, productIds };
    });
  }

  /**
   * Deletes a collection, not its products.
   *
   * @param version the version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412)
   */
  delete(id: string, version: number | null): Promise<void> {
    return this.database.transaction(async (tx) => {
      await this.collections.lock(tx, id, version);
      await this.collections.delete(tx, id);
      this.outbox.append(tx, domainEvent(COLLECTION_DELETED, id, { collectionId: id }));
    });
  }

  private async change(
    tx: Transaction,
    collection: Readonly<CollectionEntity>,
    changes: CollectionChanges,
  ): Promise<Readonly<CollectionEntity>> {
    const [{ id }, now] = [collection, this.clock.now()];
    await this.collections.update(tx, id, changes, now);
    this.outbox.append(tx, domainEvent(COLLECTION_UPDATED, id, { collectionId: id }));
    return { ...collection, ...changes, version: collection.version + 1, updatedAt: now };
  }

  private async freeSlug(tx: Transaction, title: string, id: string): Promise<string> {
    const slug = slugify(title) || 'collection';
    return (await this.collections.slugExists(tx, slug)) ? slugWithId(slug, id, MAX_SLUG_LENGTH) : slug;
  }
}
