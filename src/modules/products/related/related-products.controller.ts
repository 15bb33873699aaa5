import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { line } from '../../../common/text/text.schema.js';
import { Shown, type AnswerView } from '../../../infrastructure/http/answer-view.js';
import type { JsonPage } from '../../../infrastructure/http/json-text.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { ProductSummaryPageSchema } from '../product.schema.js';
import { ListRelatedSchema, type ListRelated } from './related-product.schema.js';
import { RelatedProductsService } from './related-products.service.js';

/** What is shown beside a product. */
@ApiTags('Related products')
@Controller('v1/products/:idOrSlug/related')
export class RelatedProductsController {
  constructor(private readonly related: RelatedProductsService) {}

  @Get()
  @Requires('catalogue:read')
  @Operation({
    id: 'listRelatedProducts',
    summary: 'List the products that are shown beside a product',
    answers: ProductSummaryPageSchema,
    etag: 'content',
    localized: true,
    priced: true,
    problems: ['invalid_cursor'],
  })
  list(
    @Param('idOrSlug', { schema: line(200) }) idOrSlug: string,
    @Query({ schema: ListRelatedSchema }) query: ListRelated,
    @Shown() view: AnswerView,
  ): Promise<JsonPage> {
    return this.related.list(idOrSlug, query, view);
  }
}
