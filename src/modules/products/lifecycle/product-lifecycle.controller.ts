import { Body, Controller, Delete, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IdSchema } from '../../../common/text/text.schema.js';
import { CurrentActor, type Actor } from '../../../infrastructure/http/actor.js';
import { IfMatch } from '../../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import type { Upserted } from '../../../infrastructure/http/upserted.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { ProductEditingService } from '../product-editing.service.js';
import { PRODUCT_ARCHIVED, PRODUCT_CREATED, PRODUCT_DELETED, PRODUCT_PUBLISHED, PRODUCT_UPDATED } from '../product.events.js';
import { AdminProductSchema, CreateProductSchema } from '../product.schema.js';
import type { AdminProduct, CreateProduct } from '../product.schema.js';
import { ExternalReferencesService } from '../references/external-references.service.js';
import { VariantMatrixSchema, type VariantMatrix } from '../variants/variant-matrix.schema.js';
import { VariantMatrixService } from '../variants/variant-matrix.service.js';
import { ProductRemovalService } from './product-removal.service.js';
import { RemovalSchema, type Removal } from './removal.schema.js';
import { ExternalReferenceSchema } from './sale.schema.js';

const answersProduct = { answers: AdminProductSchema, etag: 'version' } as const;

/** How products come into the catalogue and leave it, for staff. */
@ApiTags('Products')
@Controller('v1/admin/products')
export class ProductLifecycleController {
  constructor(
    private readonly editing: ProductEditingService,
    private readonly removal: ProductRemovalService,
    private readonly references: ExternalReferencesService,
    private readonly matrix: VariantMatrixService,
  ) {}

  @Post(':id/publish')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'publishProduct', emits: [PRODUCT_PUBLISHED],
    summary: 'Put a draft on sale',
    ifMatch: 'optional',
    problems: ['invalid_state_transition'],
    ...answersProduct,
  })
  publish(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('optional') version: number | null,
  ): Promise<AdminProduct> {
    return this.editing.move(id, 'publish', version);
  }

  @Delete(':id')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'deleteProduct', emits: [PRODUCT_DELETED, PRODUCT_ARCHIVED],
    summary: 'Delete a product, or archive it',
    description: 'A product that was ever in stock, or is in a cart, is archived instead; `outcome` says which.',
    ifMatch: 'required',
    answers: RemovalSchema,
  })
  remove(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
  ): Promise<Removal> {
    return this.removal.remove(id, version);
  }

  @Put('by-external-reference/:reference')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'putProductByExternalReference', emits: [PRODUCT_CREATED, PRODUCT_UPDATED],
    summary: 'Make a product or bring it up to date, by the reference of another system',
    description:
      'Variants are found by SKU; those that are not named stay. So do texts in further languages and prices in further currencies; where they are named, they are all that there is. `state` and `stock` count only for what is made: staff and orders have moved them since.',
    upserts: true,
    ifMatch: 'optional',
    location: '/v1/admin/products/{id}',
    problems: ['slug_taken', 'sku_taken', 'duplicate_options', 'unknown_locale', 'unknown_currency'],
    ...answersProduct,
  })
  put(
    @CurrentActor() actor: Actor,
    @Param('reference', { schema: ExternalReferenceSchema }) reference: string,
    @IfMatch('optional') version: number | null,
    @Body({ schema: CreateProductSchema }) input: CreateProduct,
  ): Promise<Upserted<AdminProduct>> {
    return this.references.put(actor, reference, version, input);
  }

  @Post(':id/variants/matrix')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'completeVariants', emits: [PRODUCT_UPDATED],
    summary: 'Make the variants of all combinations of options that are missing',
    ifMatch: 'optional',
    problems: ['sku_taken'],
    ...answersProduct,
  })
  completeVariants(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('optional') version: number | null,
    @Body({ schema: VariantMatrixSchema }) matrix: VariantMatrix,
  ): Promise<AdminProduct> {
    return this.matrix.complete(actor, id, version, matrix);
  }
}
