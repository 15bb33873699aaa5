import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../common/pagination/page.schema.js';
import { IdSchema } from '../../common/text/text.schema.js';
import { CurrentActor, type Actor } from '../../infrastructure/http/actor.js';
import { IfMatch } from '../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../infrastructure/idempotency/idempotent.decorator.js';
import { PRODUCT_ARCHIVED, PRODUCT_CREATED, PRODUCT_RESTORED, PRODUCT_UPDATED } from './product.events.js';
import { ProductEditingService } from './product-editing.service.js';
import {
  AdminListProductsSchema,
  AdminProductPageSchema,
  AdminProductSchema,
  CreateProductSchema,
  NewVariantSchema,
  UpdateProductSchema,
  UpdateVariantSchema,
} from './product.schema.js';
import type {
  AdminListProducts,
  AdminProduct,
  CreateProduct,
  NewVariant,
  UpdateProduct,
  UpdateVariant,
} from './product.schema.js';
import { ProductsService } from './products.service.js';

const answersProduct = { answers: AdminProductSchema, etag: 'version' } as const;

/** The catalogue, for staff. */
@ApiTags('Products')
@Controller('v1/admin/products')
export class AdminProductsController {
  constructor(
    private readonly products: ProductsService,
    private readonly editing: ProductEditingService,
  ) {}

  @Get()
  @Requires('products:read')
  @Operation({
    id: 'adminListProducts',
    summary: 'List, filter and search all products',
    answers: AdminProductPageSchema,
    problems: ['invalid_cursor'],
  })
  list(@Query({ schema: AdminListProductsSchema }) query: AdminListProducts): Promise<Page<AdminProduct>> {
    return this.products.adminList(query);
  }

  @Get(':id')
  @Requires('products:read')
  @Operation({ id: 'adminGetProduct', summary: 'Read any product', ...answersProduct })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<AdminProduct> {
    return this.products.adminGet(id);
  }

  @Post()
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'createProduct', emits: [PRODUCT_CREATED],
    summary: 'Make a product with its variants, stock, texts in further languages and prices in further currencies',
    status: 201,
    location: '/v1/admin/products/{id}',
    problems: ['slug_taken', 'sku_taken', 'external_reference_taken', 'unknown_locale', 'unknown_currency'],
    ...answersProduct,
  })
  create(
    @CurrentActor() actor: Actor,
    @Body({ schema: CreateProductSchema }) input: CreateProduct,
  ): Promise<AdminProduct> {
    return this.editing.create(actor, input);
  }

  @Patch(':id')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'updateProduct', emits: [PRODUCT_UPDATED],
    summary: 'Change a product',
    ifMatch: 'required',
    problems: ['slug_taken', 'external_reference_taken', 'option_in_use'],
    ...answersProduct,
  })
  update(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: UpdateProductSchema }) changes: UpdateProduct,
  ): Promise<AdminProduct> {
    return this.editing.update(id, version, changes);
  }

  @Post(':id/variants')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'addVariant', emits: [PRODUCT_UPDATED],
    summary: 'Add a variant to a product',
    status: 201,
    ifMatch: 'optional',
    problems: ['sku_taken', 'duplicate_options', 'unknown_currency'],
    ...answersProduct,
  })
  addVariant(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('optional') version: number | null,
    @Body({ schema: NewVariantSchema }) variant: NewVariant,
  ): Promise<AdminProduct> {
    return this.editing.addVariant(actor, id, version, variant);
  }

  @Patch(':id/variants/:variantId')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'updateVariant', emits: [PRODUCT_UPDATED],
    summary: 'Change a variant: SKU, price, price before, barcode, GTIN, weight, size, image',
    ifMatch: 'required',
    problems: ['sku_taken'],
    ...answersProduct,
  })
  updateVariant(
    @Param('id', { schema: IdSchema }) productId: string,
    @Param('variantId', { schema: IdSchema }) variantId: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: UpdateVariantSchema }) changes: UpdateVariant,
  ): Promise<AdminProduct> {
    return this.editing.updateVariant({ productId, variantId }, version, changes);
  }

  @Post(':id/archive')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'archiveProduct', emits: [PRODUCT_ARCHIVED],
    summary: 'Take a product off sale',
    problems: ['invalid_state_transition'],
    ...answersProduct,
  })
  archive(@Param('id', { schema: IdSchema }) id: string): Promise<AdminProduct> {
    return this.editing.move(id, 'archive');
  }

  @Post(':id/restore')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'restoreProduct', emits: [PRODUCT_RESTORED],
    summary: 'Put an archived product on sale again',
    problems: ['invalid_state_transition'],
    ...answersProduct,
  })
  restore(@Param('id', { schema: IdSchema }) id: string): Promise<AdminProduct> {
    return this.editing.move(id, 'restore');
  }
}
