import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../common/pagination/page.schema.js';
import { line } from '../../common/text/text.schema.js';
import { Shown, type AnswerView } from '../../infrastructure/http/answer-view.js';
import type { JsonText } from '../../infrastructure/http/json-text.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { ListProductsSchema, ProductPageSchema, ProductSchema } from './product.schema.js';
import type { ListProducts, ProductSummary } from './product.schema.js';
import { ProductsService } from './products.service.js';

/** The catalogue, for everybody. */
@ApiTags('Products')
@Controller('v1/products')
export class ProductsController {
  constructor(private readonly products: ProductsService) {}

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
    @Query({ schema: ListProductsSchema }) query: ListProducts,
    @Shown() view: AnswerView,
  ): Promise<Page<ProductSummary>> {
    return this.products.list(query, view);
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
  get(@Param('idOrSlug', { schema: line(200) }) idOrSlug: string, @Shown() view: AnswerView): Promise<JsonText> {
    return this.products.get(idOrSlug, view);
  }
}
