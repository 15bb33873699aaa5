import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IdSchema } from '../../../common/text/text.schema.js';
import { IfMatch } from '../../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { PRODUCT_UPDATED } from '../product.events.js';
import { AdminProductSchema, type AdminProduct } from '../product.schema.js';
import { SetProductImagesSchema, type SetProductImages } from './product-image.schema.js';
import { ProductImagesService } from './product-images.service.js';

/** The images of products, for staff. */
@ApiTags('Products')
@Controller('v1/admin/products/:id/images')
export class ProductImagesController {
  constructor(private readonly images: ProductImagesService) {}

  @Put()
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'setProductImages', emits: [PRODUCT_UPDATED],
    summary: 'Give a product and its variants their images, in their order',
    description: 'Uploaded images by their `imageId`, others by their `url`. Those that the product had before are taken away.',
    ifMatch: 'required',
    answers: AdminProductSchema,
    etag: 'version',
  })
  set(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: SetProductImagesSchema }) { images }: SetProductImages,
  ): Promise<AdminProduct> {
    return this.images.set(id, version, images);
  }
}
