import { z } from 'zod';
import { pageQueryShape, pageSchema } from '../../common/pagination/page.schema.js';
import { IdSchema, line, TimestampSchema } from '../../common/text/text.schema.js';
import { FILE_LIMIT_BYTES } from '../../infrastructure/http/file-limit.js';
import { UploadedFile } from '../../infrastructure/http/upload.interceptor.js';
import { FORMATS, PRESETS, type Preset } from './image-presets.js';

const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif'] as const;
const ContentTypeSchema = z.enum(IMAGE_TYPES);
const StateSchema = z.enum(['awaiting_upload', 'ready']);
const PresetSchema = z.enum(Object.keys(PRESETS) as [Preset, ...Preset[]]);
const AltSchema = line(500).meta({ description: 'What the image shows, for those who do not see it.' });

const RenditionSchema = z
  .strictObject({ preset: PresetSchema, format: z.enum(FORMATS), url: z.string() })
  .meta({ id: 'ImageRendition' });

/** An image with the addresses of its sizes. */
export const ImageSchema = z
  .strictObject({
    id: IdSchema,
    state: StateSchema,
    contentType: ContentTypeSchema.meta({ description: 'Found in the bytes; announced while the upload is awaited.' }),
    width: z.int().nullable().meta({ description: 'Pixels, turned as the image is shown.' }),
    height: z.int().nullable(),
    bytes: z.int().meta({ description: 'Size of the uploaded file.' }),
    sha256: z.string().nullable().meta({ description: 'Hash of the uploaded file.' }),
    renditions: z.array(RenditionSchema).meta({ description: 'None while the upload is awaited.' }),
    alt: z.string().nullable(),
    version: z.int(),
    createdAt: TimestampSchema,
  })
  .meta({ id: 'Image' });

/** A page of images. */
export const ImagePageSchema = pageSchema(ImageSchema, 'ImagePage');

/** Query of the list of images. */
export const ListImagesSchema = z.strictObject({ ...pageQueryShape, state: StateSchema.optional() });

/** The form of an upload. */
export const CreateImageSchema = z
  .strictObject({
    alt: AltSchema.optional(),
    file: z
      .instanceof(UploadedFile, { message: 'must be a file' })
      .meta({ type: 'string', format: 'binary', description: 'JPEG, PNG, WebP, AVIF or GIF; 20 MiB and 50 megapixels at most.' }),
  })
  .meta({ id: 'CreateImage' });

/** A direct upload that is to begin. */
export const CreateUploadSchema = z
  .strictObject({
    contentType: ContentTypeSchema,
    bytes: z.int().min(1).max(FILE_LIMIT_BYTES),
    alt: AltSchema.optional(),
  })
  .meta({ id: 'CreateImageUpload', examples: [{ contentType: 'image/jpeg', bytes: 482_113 }] });

/** Where the bytes of an image go. */
export const ImageUploadSchema = z
  .strictObject({
    id: IdSchema,
    state: z.literal('awaiting_upload'),
    upload: z.strictObject({
      method: z.literal('PUT'),
      url: z.string().meta({ description: 'Absolute, or else within this API.' }),
      headers: z.record(z.string(), z.string()).meta({ description: 'To be sent as they are.', examples: [{ 'Content-Type': 'image/jpeg' }] }),
      expiresAt: TimestampSchema,
    }),
  })
  .meta({ id: 'ImageUpload' });

/** Query of the address of a direct upload; wrong values are an address that there is not. */
export const UploadQuerySchema = z.strictObject({
  expires: z.string().max(20).optional(),
  signature: z.string().max(100).optional(),
});

export type Image = z.infer<typeof ImageSchema>;
export type ListImages = z.output<typeof ListImagesSchema>;
export type CreateImage = z.output<typeof CreateImageSchema>;
export type CreateUpload = z.output<typeof CreateUploadSchema>;
export type ImageUpload = z.infer<typeof ImageUploadSchema>;
export type UploadQuery = z.output<typeof UploadQuerySchema>;
export type ImageType = z.infer<typeof ContentTypeSchema>;
