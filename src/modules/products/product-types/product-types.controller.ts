import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../../common/pagination/page.schema.js';
import { IdSchema } from '../../../common/text/text.schema.js';
import { IfMatch } from '../../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { PRODUCT_TYPE_CREATED, PRODUCT_TYPE_DELETED, PRODUCT_TYPE_UPDATED } from './product-type.events.js';
import {
  CreateProductTypeSchema,
  ListProductTypesSchema,
  ProductTypePageSchema,
  ProductTypeSchema,
  UpdateProductTypeSchema,
} from './product-type.schema.js';
import type { CreateProductType, ListProductTypes, ProductType, UpdateProductType } from './product-type.schema.js';
import { ProductTypesService } from './product-types.service.js';

const answersType = { answers: ProductTypeSchema, etag: 'version' } as const;

/** Product types, for staff. */
@ApiTags('Product types')
@Controller('v1/admin/product-types')
export class ProductTypesController {
  constructor(private readonly types: ProductTypesService) {}

  @Get()
  @Requires('products:read')
  @Operation({
    id: 'adminListProductTypes',
    summary: 'List product types by name, with their attributes',
    answers: ProductTypePageSchema,
    problems: ['invalid_cursor'],
  })
  list(@Query({ schema: ListProductTypesSchema }) query: ListProductTypes): Promise<Page<ProductType>> {
    return this.types.list(query);
  }

  @Get(':id')
  @Requires('products:read')
  @Operation({ id: 'adminGetProductType', summary: 'Read a product type with its attributes', ...answersType })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<ProductType> {
    return this.types.get(id);
  }

  @Post()
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'createProductType', emits: [PRODUCT_TYPE_CREATED],
    summary: 'Make a product type: what attributes its products have',
    status: 201,
    location: '/v1/admin/product-types/{id}',
    problems: ['product_type_code_taken'],
    ...answersType,
  })
  create(@Body({ schema: CreateProductTypeSchema }) input: CreateProductType): Promise<ProductType> {
    return this.types.create(input);
  }

  @Patch(':id')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'updateProductType', emits: [PRODUCT_TYPE_UPDATED],
    summary: 'Change a product type or its attributes',
    ifMatch: 'required',
    problems: ['product_type_code_taken', 'attribute_in_use'],
    ...answersType,
  })
  update(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: UpdateProductTypeSchema }) changes: UpdateProductType,
  ): Promise<ProductType> {
    return this.types.update(id, version, changes);
  }

  @Delete(':id')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'deleteProductType', emits: [PRODUCT_TYPE_DELETED],
    summary: 'Delete a product type that no product has',
    status: 204,
    ifMatch: 'required',
    problems: ['product_type_in_use'],
  })
  delete(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
  ): Promise<void> {
    return this.types.delete(id, version);
  }
}
