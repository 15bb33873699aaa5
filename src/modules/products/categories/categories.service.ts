import { Injectable } from '@nestjs/common';
import { decodeCursor, listFingerprint } from '../../../common/pagination/cursor.js';
import { toPage, type Page } from '../../../common/pagination/page.schema.js';
import { problem } from '../../../common/problems/problem.js';
import type { AnswerView } from '../../../infrastructure/http/answer-view.js';
import type { JsonPage } from '../../../infrastructure/http/json-text.js';
import { ProductSearchService } from '../search/product-search.service.js';
import type { CategoryEntity } from './category.entity.js';
import { toAdminCategory, toCategory, toCategoryReference } from './category.mapper.js';
import { MAX_LEVELS, MAX_TREE } from './category.schema.js';
import type {
  AdminCategory,
  CategoryDetails,
  CategoryTree,
  GetCategoryTree,
  ListCategories,
  ListShelf,
} from './category.schema.js';
import { CategoriesRepository } from './categories.repository.js';
import { inTreeOrder } from './tree-order.js';

/** Reads of the category tree. */
@Injectable()
export class CategoriesService {
  constructor(
    private readonly categories: CategoriesRepository,
    private readonly search: ProductSearchService,
  ) {}

  /** The tree as a flat list; of a very large one what is nearest to the roots. */
  async tree({ maxDepth = MAX_LEVELS }: GetCategoryTree, { languages }: AnswerView): Promise<CategoryTree> {
    const rows = await this.categories.listByLevel(maxDepth, MAX_TREE, languages);
    return { data: inTreeOrder(rows.slice(0, MAX_TREE)).map(toCategory), truncated: rows.length > MAX_TREE };
  }

  /**
   * A category with its ancestors and children.
   *
   * @throws Problem `not_found` (404)
   */
  async get(idOrSlug: string, { languages }: AnswerView): Promise<CategoryDetails> {
    const category = await this.find(idOrSlug, languages);
    const around = await this.categories.listAround(category, MAX_TREE, languages);
    return {
      ...toCategory(category),
      breadcrumb: around.filter(({ depth }) => depth < category.depth).map(toCategoryReference),
      children: around.filter(({ parentId }) => parentId === category.id).map(toCategory),
    };
  }

  /**
   * A page of the products on sale in a category and below it.
   *
   * @throws Problem `not_found` (404)
   */
  async listProducts(idOrSlug: string, query: ListShelf, view: AnswerView): Promise<JsonPage> {
    const { id } = await this.find(idOrSlug);
    return this.search.listShelf({ name: `category:${id}`, filters: new Map([['categoryId', [`categoryId=${id}`]]]) }, query, view);
  }

  /** A page of the children of a category, or of the roots, for staff. */
  async adminList({ limit, cursor, ...filters }: ListCategories): Promise<Page<AdminCategory>> {
    const fingerprint = listFingerprint(filters);
    const after = cursor === undefined ? -1 : Number(decodeCursor(fingerprint, cursor, 'bigint').value);
    const rows = await this.categories.listChildren(filters.parentId ?? null, Math.min(after, MAX_POSITION), limit);
    return toPage(rows, limit, fingerprint, ({ position, id }) => ({ value: String(position), id }), toAdminCategory);
  }

  /**
   * A category, for staff.
   *
   * @throws Problem `not_found` (404)
   */
  async adminGet(id: string): Promise<AdminCategory> {
    return toAdminCategory(await this.find(id));
  }

  private async find(idOrSlug: string, languages: readonly string[] = []): Promise<CategoryEntity> {
    const category = await this.categories.find(idOrSlug, languages);
    if (!category) throw problem('not_found');
    return category;
  }
}

/** The largest that the column can hold, for a cursor that a client has made up. */
const MAX_POSITION = 2_147_483_647;
