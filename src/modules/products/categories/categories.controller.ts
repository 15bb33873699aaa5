import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { line } from '../../../common/text/text.schema.js';
import { Shown, type AnswerView } from '../../../infrastructure/http/answer-view.js';
import type { JsonPage } from '../../../infrastructure/http/json-text.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { ProductSummaryPageSchema } from '../product.schema.js';
import { CategoriesService } from './categories.service.js';
import { CategoryDetailsSchema, CategoryTreeSchema, GetCategoryTreeSchema, ListShelfSchema } from './category.schema.js';
import type { CategoryDetails, CategoryTree, GetCategoryTree, ListShelf } from './category.schema.js';

/** The category tree, for everybody. */
@ApiTags('Categories')
@Controller('v1/categories')
export class CategoriesController {
  constructor(private readonly categories: CategoriesService) {}

  @Get()
  @Requires('catalogue:read')
  @Operation({
    id: 'getCategoryTree',
    summary: 'Read the category tree',
    description: 'A flat list: each parent right before what is below it, siblings in their order.',
    answers: CategoryTreeSchema,
    etag: 'content',
    localized: true,
  })
  tree(
    @Query({ schema: GetCategoryTreeSchema }) query: GetCategoryTree,
    @Shown() view: AnswerView,
  ): Promise<CategoryTree> {
    return this.categories.tree(query, view);
  }

  @Get(':idOrSlug')
  @Requires('catalogue:read')
  @Operation({
    id: 'getCategory',
    summary: 'Read a category with its ancestors and children',
    answers: CategoryDetailsSchema,
    etag: 'content',
    localized: true,
  })
  get(
    @Param('idOrSlug', { schema: line(200) }) idOrSlug: string,
    @Shown() view: AnswerView,
  ): Promise<CategoryDetails> {
    return this.categories.get(idOrSlug, view);
  }

  @Get(':idOrSlug/products')
  @Requires('catalogue:read')
  @Operation({
    id: 'listCategoryProducts',
    summary: 'List the products of a category and of all below it',
    answers: ProductSummaryPageSchema,
    etag: 'content',
    localized: true,
    priced: true,
    problems: ['invalid_cursor'],
  })
  listProducts(
    @Param('idOrSlug', { schema: line(200) }) idOrSlug: string,
    @Query({ schema: ListShelfSchema }) query: ListShelf,
    @Shown() view: AnswerView,
  ): Promise<JsonPage> {
    return this.categories.listProducts(idOrSlug, query, view);
  }
}
