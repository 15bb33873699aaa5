import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IdSchema } from '../../../common/text/text.schema.js';
import { IfMatch } from '../../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { PRODUCT_UPDATED } from '../product.events.js';
import { ProductCategoriesSchema, SetProductCategoriesSchema, type ProductCategories } from './category.schema.js';
import { ProductCategoriesService } from './product-categories.service.js';

const answersCategories = { answers: ProductCategoriesSchema, etag: 'version' } as const;

/** The categories of a product, for staff. */
@ApiTags('Categories')
@Controller('v1/admin/products/:id/categories')
export class ProductCategoriesController {
  constructor(private readonly categories: ProductCategoriesService) {}

  @Get()
  @Requires('products:read')
  @Operation({ id: 'getProductCategories', summary: 'Read the categories of a product', ...answersCategories })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<ProductCategories> {
    return this.categories.get(id);
  }

  @Put()
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'setProductCategories', emits: [PRODUCT_UPDATED],
    summary: 'Put a product into categories, and take it out of all others',
    ifMatch: 'required',
    ...answersCategories,
  })
  set(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: SetProductCategoriesSchema }) { categoryIds }: { categoryIds: string[] },
  ): Promise<ProductCategories> {
    return this.categories.set(id, version, categoryIds);
  }
}
