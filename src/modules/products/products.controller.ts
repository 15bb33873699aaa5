import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { line } from '../../common/text/text.schema.js';
import { Shown, type AnswerView } from '../../infrastructure/http/answer-view.js';
import type { JsonPage, JsonText } from '../../infrastructure/http/json-text.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { CurrentActor, type Actor } from '../../infrastructure/http/actor.js';
import { ProductSchema } from './product.schema.js';
import { ProductsService } from './products.service.js';
import { ProductSearchService } from './search/product-search.service.js';
import {
  ListProductsSchema,
  ProductPageSchema,
  SuggestionsSchema,
  SuggestQuerySchema,
  type ListProducts,
  type SuggestionsAnswer,
  type SuggestQuery,
} from './search/search.schema.js';

/** The catalogue, for everybody. */
@ApiTags('Products')
@Controller('v1/products')
export class ProductsController {
  constructor(
    private readonly products: ProductsService,
    private readonly search: ProductSearchService,
  ) {}

  @Get()
  @Requires('catalogue:read')
  @Operation({
    id: 'listProducts',
    summary: 'List, filter and search products',
    answers: ProductPageSchema,
    etag: 'content',
    localized: true,
    priced: true,
    problems: ['invalid_cursor'],
  })
  list(
    @CurrentActor() actor: Actor,
    @Query({ schema: ListProductsSchema }) query: ListProducts,
    @Shown() view: AnswerView,
  ): Promise<JsonPage> {
    return this.search.list(actor, query, view);
  }

  @Get('suggest')
  @Requires('catalogue:read')
  @Operation({
    id: 'suggestProducts',
    summary: 'Suggest words, products and categories while a buyer types',
    answers: SuggestionsSchema,
    etag: 'content',
    localized: true,
  })
  suggest(@Query({ schema: SuggestQuerySchema }) query: SuggestQuery, @Shown() view: AnswerView): Promise<SuggestionsAnswer> {
    return this.search.suggest(query, view);
  }

  @Get(':idOrSlug')
  @Requires('catalogue:read')
  @Operation({
    id: 'getProduct',
    summary: 'Read a product by id or slug',
    answers: ProductSchema,
    etag: 'content',
    localized: true,
    priced: true,
    moves: true,
  })
  get(@Param('idOrSlug', { schema: line(200) }) idOrSlug: string, @Shown() view: AnswerView): JsonText | Promise<JsonText> {
    return this.products.get(idOrSlug, view);
  }
}
