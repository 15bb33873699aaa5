import { z } from 'zod';
import { IdSchema } from '../../../common/text/text.schema.js';
import { CreateProductSchema, UpdateProductSchema } from '../product.schema.js';

/** Most items of a bulk call. */
export const MAX_BULK_ITEMS = 100;

/** One change of a bulk call. */
export const BulkItemSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('create'), product: CreateProductSchema }),
  z.strictObject({
    action: z.literal('update'),
    id: IdSchema,
    version: z.int().min(1).optional().meta({ description: 'The version that was read; any, when it is left out.' }),
    changes: UpdateProductSchema,
  }),
  z.strictObject({ action: z.literal('archive'), id: IdSchema }),
]);

/** Many changes in one call; each item is checked on its own, so that one bad item is not the others' fault. */
export const BulkProductsSchema = z
  .strictObject({
    policy: z.enum(['each', 'atomic']).meta({
      description: '`each`: what can be done is done. `atomic`: all is done, or nothing.',
    }),
    items: z
      .array(
        z.looseObject({ action: z.enum(['create', 'update', 'archive']) }).meta({
          id: 'BulkProductItem',
          description:
            '`{ action: "create", product }` with a `CreateProduct`, `{ action: "update", id, version?, changes }` with an `UpdateProduct`, or `{ action: "archive", id }`.',
        }),
      )
      .min(1)
      .max(MAX_BULK_ITEMS),
  })
  .meta({
    id: 'BulkProducts',
    examples: [
      {
        policy: 'each',
        items: [
          {
            action: 'create',
            product: { title: 'Linen shirt', variants: [{ sku: 'SHIRT-M', price: { amount: 1999, currency: 'EUR' } }] },
          },
          { action: 'archive', id: '01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f' },
        ],
      },
    ],
  });

const BulkResultSchema = z
  .strictObject({
    index: z.int().meta({ description: 'Place of the item in the call, from 0.' }),
    status: z.int().meta({ description: 'The HTTP status that the item alone would be answered with.' }),
    code: z.string().optional().meta({ description: 'The code of the problem, where there is one.' }),
    productId: IdSchema.optional(),
    errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'BulkProductResult' });

/** What came of each item, in their order. */
export const BulkAnswerSchema = z
  .strictObject({ results: z.array(BulkResultSchema) })
  .meta({ id: 'BulkProductsAnswer' });

export type BulkItem = z.output<typeof BulkItemSchema>;
export type BulkProducts = z.output<typeof BulkProductsSchema>;
export type BulkResult = z.output<typeof BulkResultSchema>;
export type BulkAnswer = z.output<typeof BulkAnswerSchema>;
