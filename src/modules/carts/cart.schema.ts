import { z } from 'zod';
import { CurrencySchema, MoneySchema } from '../../common/money/money.schema.js';
import { ProductReferenceSchema } from '../products/index.js';
import { IdSchema, TimestampSchema } from '../../common/text/text.schema.js';

/** Most line items of a cart. */
export const MAX_LINE_ITEMS = 100;
/** Most units of a line item. */
export const MAX_QUANTITY = 10_000;

const LineItemSchema = z
  .strictObject({
    id: IdSchema,
    variantId: IdSchema,
    productId: IdSchema,
    sku: z.string(),
    title: z.string(),
    variantTitle: z.string(),
    quantity: z.int(),
    unitPrice: MoneySchema.meta({ description: 'The present price.' }),
    total: MoneySchema,
    available: z.boolean().meta({ description: 'Whether the quantity could be bought now.' }),
    product: ProductReferenceSchema.optional().meta({ description: 'With `expand=items.product`.' }),
  })
  .meta({ id: 'LineItem' });

/** A cart. */
export const CartSchema = z
  .strictObject({
    id: IdSchema,
    token: z
      .string()
      .optional()
      .meta({ description: 'Answered once, when the cart is made; a guest sends it as `X-Cart-Token`.' }),
    state: z.enum(['open', 'ordered']),
    currency: z.string(),
    items: z.array(LineItemSchema),
    total: MoneySchema,
    version: z.int(),
    createdAt: TimestampSchema,
    updatedAt: TimestampSchema,
  })
  .meta({ id: 'Cart' });

/** A cart. */
export type Cart = z.infer<typeof CartSchema>;

const QuantitySchema = z.int().min(1).max(MAX_QUANTITY);

/** A line item that is to be added. */
export const AddItemSchema = z
  .strictObject({ variantId: IdSchema, quantity: QuantitySchema })
  .meta({ id: 'AddItem', examples: [{ variantId: '01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f', quantity: 1 }] });

/** A cart that is to be made. */
export const CreateCartSchema = z
  .strictObject({
    items: z.array(AddItemSchema).max(MAX_LINE_ITEMS).default([]),
    currency: CurrencySchema.optional().meta({ description: "The shop's currency unless said." }),
  })
  .default({ items: [] })
  .meta({
    id: 'CreateCart',
    examples: [{ items: [{ variantId: '01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f', quantity: 1 }] }],
  });

/** Query of one cart. */
export const GetCartSchema = z.strictObject({
  expand: z.enum(['items.product']).optional().meta({ description: 'Answers the product of each line item with it.' }),
});

/** A new quantity of a line item. */
export const SetQuantitySchema = z
  .strictObject({ quantity: QuantitySchema })
  .meta({ id: 'SetQuantity', examples: [{ quantity: 2 }] });

export type GetCart = z.output<typeof GetCartSchema>;
export type AddItem = z.output<typeof AddItemSchema>;
export type CreateCart = z.output<typeof CreateCartSchema>;
export type SetQuantity = z.output<typeof SetQuantitySchema>;
