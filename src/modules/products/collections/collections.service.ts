import { Injectable } from '@nestjs/common';
import { decodeCursor, listFingerprint } from '../../../common/pagination/cursor.js';
import { toPage, type Page } from '../../../common/pagination/page.schema.js';
import { problem } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import type { AnswerView } from '../../../infrastructure/http/answer-view.js';
import { JsonPage } from '../../../infrastructure/http/json-text.js';
import { ProductSearchService } from '../search/product-search.service.js';
import { ShopListsService } from '../shop-lists.service.js';
import type { CollectionEntity } from './collection.entity.js';
import { toAdminCollection, toCollection } from './collection.mapper.js';
import { CollectionRulesRepository } from './collection-rules.repository.js';
import { MAX_PRODUCTS } from './collection.schema.js';
import type { AdminCollection, Collection, CollectionProducts, ListCollections } from './collection.schema.js';
import { CollectionsRepository } from './collections.repository.js';
import { rulesAsFilters } from './rules-as-filters.js';

/** Reads of collections. */
@Injectable()
export class CollectionsService {
  constructor(
    private readonly collections: CollectionsRepository,
    private readonly rules: CollectionRulesRepository,
    private readonly lists: ShopListsService,
    private readonly search: ProductSearchService,
    private readonly clock: Clock,
  ) {}

  /** A page of collections by title. */
  list(query: ListCollections, { languages }: AnswerView): Promise<Page<Collection>> {
    return this.collections.list(query, toCollection, languages);
  }

  /**
   * A collection by id or slug.
   *
   * @throws Problem `not_found` (404)
   */
  async get(idOrSlug: string, { languages }: AnswerView): Promise<Collection> {
    return toCollection(await this.find(idOrSlug, languages));
  }

  /**
   * A page of the products on sale in a collection: in the order of its list, or those
   * that its rules choose at this moment, the newest first.
   *
   * @throws Problem `not_found` (404)
   */
  async listProducts(idOrSlug: string, query: ListCollections, view: AnswerView): Promise<JsonPage> {
    const collection = await this.find(idOrSlug);
    if (collection.rules === null) return this.listPlaced(collection, query, view);
    const filters = rulesAsFilters(collection.rules);
    const selection = this.rules.productsOf(collection, collection.rules);
    if (filters) return this.search.listShelf({ name: selection.name, filters }, query, view);
    const choice = { onSaleAt: this.clock.now(), selection, view };
    return this.lists.selected({ ...query, sort: '-createdAt', state: undefined }, choice);
  }

  /** A page of collections by title, for staff. */
  adminList(query: ListCollections): Promise<Page<AdminCollection>> {
    return this.collections.list(query, toAdminCollection);
  }

  /**
   * A collection, for staff.
   *
   * @throws Problem `not_found` (404)
   */
  async adminGet(id: string): Promise<AdminCollection> {
    return toAdminCollection(await this.find(id));
  }

  /**
   * The products of a collection that is listed by hand, also those that are off sale.
   *
   * @throws Problem `not_found` (404)
   */
  async adminGetProducts(id: string): Promise<CollectionProducts> {
    const { version } = await this.find(id);
    return { collectionId: id, version, productIds: await this.collections.listProductIds(id) };
  }

  private async listPlaced(
    { id, version }: CollectionEntity,
    { limit, cursor }: ListCollections,
    view: AnswerView,
  ): Promise<JsonPage> {
    const fingerprint = listFingerprint({ id, version });
    const after = cursor === undefined ? -1 : Number(decodeCursor(fingerprint, cursor, 'bigint').value);
    const now = this.clock.now();
    const placed = await this.collections.listPlaced(id, { after: Math.min(after, MAX_PRODUCTS), limit, now });
    const page = toPage(placed, limit, fingerprint, (row) => ({ value: String(row.position), id: row.id }), (row) => row.id);
    return new JsonPage({ ...page, data: await this.lists.chosen(`${fingerprint} ${String(after)} ${String(limit)}`, page.data, now, view) });
  }

  private async find(idOrSlug: string, languages: readonly string[] = []): Promise<CollectionEntity> {
    const collection = await this.collections.find(idOrSlug, languages);
    if (!collection) throw problem('not_found');
    return collection;
  }
}
