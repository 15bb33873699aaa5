import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IdSchema } from '../../../common/text/text.schema.js';
import { IfMatch } from '../../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { PRODUCT_UPDATED } from '../product.events.js';
import { RelatedProductsSchema, SetRelatedSchema, type RelatedProducts, type SetRelated } from './related-product.schema.js';
import { RelatedProductsService } from './related-products.service.js';

const answersRelated = { answers: RelatedProductsSchema, etag: 'version' } as const;

/** What is shown beside a product, for staff. */
@ApiTags('Related products')
@Controller('v1/admin/products/:id/related')
export class AdminRelatedProductsController {
  constructor(private readonly related: RelatedProductsService) {}

  @Get()
  @Requires('products:read')
  @Operation({ id: 'getRelatedProducts', summary: 'Read the products beside a product, by type', ...answersRelated })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<RelatedProducts> {
    return this.related.get(id);
  }

  @Put()
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'setRelatedProducts', emits: [PRODUCT_UPDATED],
    summary: 'Give a product all products of a type that are shown beside it, in order',
    ifMatch: 'required',
    ...answersRelated,
  })
  set(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: SetRelatedSchema }) input: SetRelated,
  ): Promise<RelatedProducts> {
    return this.related.set(id, version, input);
  }
}
