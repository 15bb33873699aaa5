import { Body, Controller, Delete, Get, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { Page } from '../../common/pagination/page.schema.js';
import { IdSchema } from '../../common/text/text.schema.js';
import { IfMatch } from '../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { UploadInterceptor } from '../../infrastructure/http/upload.interceptor.js';
import { Idempotent } from '../../infrastructure/idempotency/idempotent.decorator.js';
import { IMAGE_CREATED, IMAGE_DELETED } from './image.events.js';
import {
  CreateImageSchema,
  CreateUploadSchema,
  ImagePageSchema,
  ImageSchema,
  ImageUploadSchema,
  ListImagesSchema,
} from './image.schema.js';
import type { CreateImage, CreateUpload, Image, ImageUpload, ListImages } from './image.schema.js';
import { ImagesService } from './images.service.js';
import { UploadsService } from './uploads/uploads.service.js';

const answersImage = { answers: ImageSchema, etag: 'version' } as const;

/** The images of the shop, for staff. */
@ApiTags('Images')
@Controller('v1/admin/images')
export class AdminImagesController {
  constructor(
    private readonly images: ImagesService,
    private readonly uploads: UploadsService,
  ) {}

  @Get()
  @Requires('images:read')
  @Operation({
    id: 'listImages',
    summary: 'List images, the newest first',
    answers: ImagePageSchema,
    problems: ['invalid_cursor'],
  })
  list(@Query({ schema: ListImagesSchema }) query: ListImages): Promise<Page<Image>> {
    return this.images.list(query);
  }

  @Get(':id')
  @Requires('images:read')
  @Operation({ id: 'adminGetImage', summary: 'Read what is known of an image', ...answersImage })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<Image> {
    return this.images.get(id);
  }

  // The upload is read first, so that the key's fingerprint covers the file.
  @Post()
  @Requires('images:write')
  @Idempotent('optional')
  @UseInterceptors(UploadInterceptor)
  @ApiConsumes('multipart/form-data')
  @Operation({
    id: 'createImage', emits: [IMAGE_CREATED],
    summary: 'Upload an image: JPEG, PNG, WebP, AVIF or GIF, 20 MiB and 50 megapixels at most',
    description:
      'What it is is found in its bytes; its name and its headers say nothing. It is kept upright, in sRGB and without ' +
      'metadata such as places; of an animation, the first frame. Its sizes are made by the worker, or when first asked for.',
    status: 201,
    location: '/v1/admin/images/{id}',
    problems: ['image_unsupported', 'image_too_large', 'image_broken'],
    ...answersImage,
  })
  create(@Body({ schema: CreateImageSchema }) input: CreateImage): Promise<Image> {
    return this.images.create(input);
  }

  @Post('uploads')
  @Requires('images:write')
  @Idempotent('optional')
  @Operation({
    id: 'createImageUpload', emits: [],
    summary: 'Begin a direct upload: get an address for the bytes of an image',
    description: 'Send the bytes there with the given headers, then complete the upload. It is forgotten after a day.',
    status: 201,
    answers: ImageUploadSchema,
    location: '/v1/admin/images/{id}',
  })
  begin(@Body({ schema: CreateUploadSchema }) input: CreateUpload): Promise<ImageUpload> {
    return this.uploads.begin(input);
  }

  @Post(':id/complete')
  @Requires('images:write')
  @Idempotent('optional')
  @Operation({
    id: 'completeImageUpload', emits: [IMAGE_CREATED],
    summary: 'Make an image of what was uploaded directly',
    problems: ['upload_missing', 'invalid_state_transition', 'image_unsupported', 'image_too_large', 'image_broken'],
    ...answersImage,
  })
  complete(@Param('id', { schema: IdSchema }) id: string): Promise<Image> {
    return this.uploads.complete(id);
  }

  @Delete(':id')
  @Requires('images:write')
  @Idempotent('optional')
  @Operation({
    id: 'deleteImage', emits: [IMAGE_DELETED],
    summary: 'Delete an image that no product shows, with its files',
    status: 204,
    ifMatch: 'required',
    problems: ['image_in_use'],
  })
  delete(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
  ): Promise<void> {
    return this.images.delete(id, version);
  }
}
