import { z } from 'zod';
import { IdSchema, line } from '../../../common/text/text.schema.js';
import { MAX_VARIANTS } from '../product.schema.js';

const MAX_IMAGES = 250;
const EXAMPLE_ID = '01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f';

const sharedShape = {
  alt: line(500).nullable().optional().meta({ description: 'An uploaded image has its own text unless another is given.' }),
  variantIds: z
    .array(IdSchema)
    .max(MAX_VARIANTS)
    .default([])
    .meta({ description: 'Variants that it shows; the first image of a variant becomes its `imageUrl`.' }),
};

const UploadedImageSchema = z.strictObject({ imageId: IdSchema, ...sharedShape });
const LinkedImageSchema = z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2_000), ...sharedShape });

/** The images of a product in their order; the first stands for the product. */
export const SetProductImagesSchema = z
  .strictObject({ images: z.array(z.union([UploadedImageSchema, LinkedImageSchema])).max(MAX_IMAGES) })
  .meta({ id: 'SetProductImages', examples: [{ images: [{ imageId: EXAMPLE_ID, alt: 'A linen shirt' }] }] });

export type SetProductImages = z.output<typeof SetProductImagesSchema>;

/** An image that a product is to show. */
export type NewProductImage = SetProductImages['images'][number];
