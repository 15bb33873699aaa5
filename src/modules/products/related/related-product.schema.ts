import { z } from 'zod';
import { pageQueryShape } from '../../../common/pagination/page.schema.js';
import { IdSchema } from '../../../common/text/text.schema.js';

/** Most products of one type beside a product. */
export const MAX_RELATED = 50;

const TypeSchema = z.enum(['similar', 'accessory', 'upsell', 'cross_sell']);
const idsSchema = z.array(IdSchema).max(MAX_RELATED);

/** Query of the products beside a product. */
export const ListRelatedSchema = z.strictObject({
  ...pageQueryShape,
  type: TypeSchema.default('similar').meta({ description: 'Why they are shown.' }),
});

/** The products of a type that a product gets, in order, instead of those that it has. */
export const SetRelatedSchema = z
  .strictObject({
    type: TypeSchema,
    productIds: idsSchema.refine((ids) => new Set(ids).size === ids.length, 'must name each product once'),
  })
  .meta({ id: 'SetRelatedProducts', examples: [{ type: 'similar', productIds: ['01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f'] }] });

/** The products beside a product, in order; the version is the product's. */
export const RelatedProductsSchema = z
  .strictObject({
    productId: IdSchema,
    version: z.int(),
    similar: idsSchema,
    accessory: idsSchema,
    upsell: idsSchema,
    cross_sell: idsSchema,
  })
  .meta({ id: 'RelatedProducts' });

export type ListRelated = z.output<typeof ListRelatedSchema>;
export type SetRelated = z.output<typeof SetRelatedSchema>;
export type RelatedProducts = z.infer<typeof RelatedProductsSchema>;
