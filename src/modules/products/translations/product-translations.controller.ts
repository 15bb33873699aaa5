import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IdSchema, line } from '../../../common/text/text.schema.js';
import { IfMatch } from '../../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { PRODUCT_UPDATED } from '../product.events.js';
import { ProductTranslationsService } from './product-translations.service.js';
import {
  SetProductTranslationSchema,
  ProductTranslationSchema,
  ProductTranslationsSchema,
  type SetProductTranslation,
  type ProductTranslation,
  type ProductTranslations,
} from './translation.schema.js';

/** The texts of a product in further languages, for staff; its ETag is the product's. */
@ApiTags('Products')
@Controller('v1/admin/products/:id/translations')
export class ProductTranslationsController {
  constructor(private readonly translations: ProductTranslationsService) {}

  @Get()
  @Requires('products:read')
  @Operation({
    id: 'listProductTranslations',
    summary: 'Read the texts of a product in all further languages',
    answers: ProductTranslationsSchema,
    etag: 'version',
  })
  list(@Param('id', { schema: IdSchema }) id: string): Promise<ProductTranslations> {
    return this.translations.list(id);
  }

  @Put(':locale')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'setProductTranslation', emits: [PRODUCT_UPDATED],
    summary: 'Set all texts of a product in a further language of the shop',
    answers: ProductTranslationSchema,
    etag: 'version',
    ifMatch: 'required',
    problems: ['unknown_locale'],
  })
  put(
    @Param('id', { schema: IdSchema }) id: string,
    @Param('locale', { schema: line(100) }) locale: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: SetProductTranslationSchema }) texts: SetProductTranslation,
  ): Promise<ProductTranslation> {
    return this.translations.put({ id, locale, version }, texts);
  }

  @Delete(':locale')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'deleteProductTranslation', emits: [PRODUCT_UPDATED],
    summary: 'Take the texts of a product in a language away',
    status: 204,
    ifMatch: 'required',
  })
  delete(
    @Param('id', { schema: IdSchema }) id: string,
    @Param('locale', { schema: line(100) }) locale: string,
    @IfMatch('required') version: number | null,
  ): Promise<void> {
    return this.translations.delete({ id, locale, version });
  }
}
