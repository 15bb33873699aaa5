import { Body, Controller, Delete, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IdSchema, line } from '../../../common/text/text.schema.js';
import { IfMatch } from '../../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { PRODUCT_UPDATED } from '../product.events.js';
import { AdminProductSchema, type AdminProduct } from '../product.schema.js';
import { SetVariantPriceSchema, type SetVariantPrice } from './variant-price.schema.js';
import { VariantPricesService } from './variant-prices.service.js';

const changesProduct = { answers: AdminProductSchema, etag: 'version', ifMatch: 'required' } as const;

/** Prices of variants in further currencies, for staff. */
@ApiTags('Products')
@Controller('v1/admin/products/:id/variants/:variantId/prices')
export class VariantPricesController {
  constructor(private readonly prices: VariantPricesService) {}

  @Put(':currency')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'setVariantPrice', emits: [PRODUCT_UPDATED],
    summary: 'Set the price of a variant in a further currency of the shop',
    problems: ['unknown_currency'],
    ...changesProduct,
  })
  put(
    @Param('id', { schema: IdSchema }) productId: string,
    @Param('variantId', { schema: IdSchema }) variantId: string,
    @Param('currency', { schema: line(100) }) currency: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: SetVariantPriceSchema }) price: SetVariantPrice,
  ): Promise<AdminProduct> {
    return this.prices.put({ productId, variantId, currency }, version, price);
  }

  @Delete(':currency')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'deleteVariantPrice', emits: [PRODUCT_UPDATED],
    summary: 'Take the price of a variant in a further currency away',
    ...changesProduct,
  })
  delete(
    @Param('id', { schema: IdSchema }) productId: string,
    @Param('variantId', { schema: IdSchema }) variantId: string,
    @Param('currency', { schema: line(100) }) currency: string,
    @IfMatch('required') version: number | null,
  ): Promise<AdminProduct> {
    return this.prices.delete({ productId, variantId, currency }, version);
  }
}
