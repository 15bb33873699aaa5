import { z } from 'zod';
import { CurrencySchema, MoneySchema } from '../../common/money/money.schema.js';
import { pageQueryShape, pageSchema } from '../../common/pagination/page.schema.js';
import { EmailSchema, IdSchema, line, TimestampSchema } from '../../common/text/text.schema.js';
import { ProductReferenceSchema } from '../products/index.js';
import { MAX_LINE_ITEMS, MAX_QUANTITY } from '../carts/index.js';

const OrderStateSchema = z.enum(['pending_payment', 'placed', 'partially_fulfilled', 'fulfilled', 'cancelled']);

const AddressSchema = z
  .strictObject({
    name: z.string(),
    line1: z.string(),
    line2: z.string().nullable(),
    city: z.string(),
    region: z.string().nullable(),
    postalCode: z.string(),
    country: z.string().meta({ description: 'ISO 3166-1 alpha-2.' }),
    phone: z.string().nullable(),
  })
  .meta({ id: 'Address' });

const OrderLineSchema = z
  .strictObject({
    id: IdSchema,
    productId: IdSchema,
    variantId: IdSchema,
    sku: z.string(),
    title: z.string(),
    variantTitle: z.string(),
    quantity: z.int(),
    fulfilledQuantity: z.int(),
    unitPrice: MoneySchema,
    total: MoneySchema,
    product: ProductReferenceSchema.optional().meta({ description: 'With `expand=lines.product`.' }),
  })
  .meta({ id: 'OrderLine' });

const OrderPaymentSchema = z
  .strictObject({
    state: z.enum(['pending', 'authorised', 'declined', 'captured', 'partially_refunded', 'refunded', 'voided']),
    provider: z.string(),
    amount: MoneySchema,
    captured: MoneySchema,
    refunded: MoneySchema,
  })
  .meta({ id: 'OrderPayment' });

const FulfilmentSchema = z
  .strictObject({
    id: IdSchema,
    carrier: z.string().nullable(),
    trackingNumber: z.string().nullable(),
    trackingUrl: z.string().nullable(),
    lines: z.array(z.strictObject({ lineId: IdSchema, quantity: z.int() })),
    createdAt: TimestampSchema,
  })
  .meta({ id: 'Fulfilment' });

const orderShape = {
  id: IdSchema,
  number: z.string().meta({ description: 'What people call the order.', examples: ['1001'] }),
  token: z
    .string()
    .optional()
    .meta({ description: 'Answered when the order is placed; a guest sends it as `X-Order-Token`.' }),
  state: OrderStateSchema,
  email: z.string(),
  currency: z.string(),
  lines: z.array(OrderLineSchema),
  subtotal: MoneySchema,
  discountTotal: MoneySchema,
  shippingTotal: MoneySchema,
  taxTotal: MoneySchema,
  total: MoneySchema.meta({ description: 'subtotal − discountTotal + shippingTotal + taxTotal.' }),
  shippingAddress: AddressSchema,
  payment: OrderPaymentSchema,
  fulfilments: z.array(FulfilmentSchema),
  version: z.int(),
  createdAt: TimestampSchema,
  updatedAt: TimestampSchema,
};

/** An order as its buyer sees it. */
export const OrderSchema = z.strictObject(orderShape).meta({ id: 'Order' });

/** An order as staff see it. */
export const AdminOrderSchema = z
  .strictObject({
    ...orderShape,
    customerId: IdSchema.nullable(),
    allowedActions: z.array(z.enum(['fulfil', 'cancel', 'capture', 'refund'])),
    history: z.array(
      z.strictObject({
        action: z.string(),
        from: OrderStateSchema.nullable(),
        to: OrderStateSchema,
        actor: z.string(),
        at: TimestampSchema,
      }),
    ),
  })
  .meta({ id: 'AdminOrder' });

export type Order = z.infer<typeof OrderSchema>;
export type AdminOrder = z.infer<typeof AdminOrderSchema>;

/** A page of a buyer's orders. */
export const OrderPageSchema = pageSchema(OrderSchema, 'OrderPage');
/** A page of orders for staff. */
export const AdminOrderPageSchema = pageSchema(AdminOrderSchema, 'AdminOrderPage');

const expandShape = {
  expand: z.enum(['lines.product']).optional().meta({ description: 'Answers the product of each line with it.' }),
};

/** Query of one order. */
export const GetOrderSchema = z.strictObject(expandShape);

/** Query of a customer's own orders. */
export const ListOrdersSchema = z.strictObject({ ...pageQueryShape, ...expandShape });

/** Query of the staff's order list. */
export const AdminListOrdersSchema = z.strictObject({
  ...pageQueryShape,
  ...expandShape,
  state: OrderStateSchema.optional(),
  email: EmailSchema.optional(),
  number: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .meta({ examples: ['1001'] }),
  sort: z.enum(['-createdAt', 'createdAt']).default('-createdAt'),
});

export type GetOrder = z.output<typeof GetOrderSchema>;
export type ListOrders = z.output<typeof ListOrdersSchema>;
export type AdminListOrders = z.output<typeof AdminListOrdersSchema>;

const optionalLine = (max: number) => line(max).nullable().default(null);

const NewAddressSchema = z
  .strictObject({
    name: line(200),
    line1: line(200),
    line2: optionalLine(200),
    city: line(200),
    region: optionalLine(200),
    postalCode: line(20),
    country: z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code such as DE'),
    phone: optionalLine(40),
  })
  .meta({ id: 'NewAddress' });

/** An order that is to be placed, from a cart or from items. */
export const PlaceOrderSchema = z
  .strictObject({
    cartId: IdSchema.optional(),
    items: z
      .array(z.strictObject({ variantId: IdSchema, quantity: z.int().min(1).max(MAX_QUANTITY) }))
      .min(1)
      .max(MAX_LINE_ITEMS)
      .optional()
      .meta({ description: 'In place of `cartId`.' }),
    email: EmailSchema,
    shippingAddress: NewAddressSchema,
    payment: z.strictObject({
      provider: z.literal('test'),
      token: line(200)
        .optional()
        .meta({ description: "The provider's token of the payment method; `tok_declined` is declined." }),
    }),
    expectedTotal: z
      .strictObject({ amount: z.int().min(0), currency: CurrencySchema })
      .optional()
      .meta({ description: 'The most that the buyer accepts; needed after `price_changed`.' }),
  })
  .refine(({ cartId, items }) => (cartId === undefined) !== (items === undefined), {
    path: ['cartId'],
    message: 'either cartId or items must be sent',
  })
  .meta({
    id: 'PlaceOrder',
    examples: [
      {
        cartId: '01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f',
        email: 'ada@example.com',
        shippingAddress: { name: 'Ada', line1: 'Main Street 1', city: 'Berlin', postalCode: '10115', country: 'DE' },
        payment: { provider: 'test' },
      },
    ],
  });

/** Why an order is cancelled. */
export const CancelOrderSchema = z
  .strictObject({ reason: line(500).optional() })
  .default({})
  .meta({ id: 'CancelOrder', examples: [{ reason: 'The customer changed their mind.' }] });

/** What is given back. */
export const RefundOrderSchema = z
  .strictObject({
    amount: z
      .strictObject({ amount: z.int().min(1), currency: CurrencySchema })
      .optional()
      .meta({ description: 'Everything that is left unless said.' }),
    reason: line(500).optional(),
  })
  .default({})
  .meta({ id: 'RefundOrder', examples: [{ amount: { amount: 500, currency: 'EUR' }, reason: 'A scratch.' }] });

/** What leaves the house. */
export const FulfilOrderSchema = z
  .strictObject({
    lines: z
      .array(z.strictObject({ lineId: IdSchema, quantity: z.int().min(1).max(MAX_QUANTITY) }))
      .min(1)
      .max(MAX_LINE_ITEMS)
      .optional()
      .meta({ description: 'Everything that is left unless said.' }),
    carrier: optionalLine(100),
    trackingNumber: optionalLine(100),
    trackingUrl: z.url({ protocol: /^https?$/ }).max(2_000).nullable().default(null),
  })
  .default({ carrier: null, trackingNumber: null, trackingUrl: null })
  .meta({ id: 'FulfilOrder', examples: [{ carrier: 'DHL', trackingNumber: 'JD0146000' }] });

export type PlaceOrder = z.output<typeof PlaceOrderSchema>;
export type CancelOrder = z.output<typeof CancelOrderSchema>;
export type RefundOrder = z.output<typeof RefundOrderSchema>;
export type FulfilOrder = z.output<typeof FulfilOrderSchema>;
