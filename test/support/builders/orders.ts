import { randomUUID } from 'node:crypto';
import type { Answer, AnswerBody } from '../api-client.js';
import type { TestApp } from '../app.js';
import { aProductOnSale } from './catalogue.js';

/** Where the orders of the tests go. */
export const ADDRESS = {
  name: 'Ada Lovelace',
  line1: 'Main Street 1',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
} as const;

/** What an order of the tests sends beside its cart or items. */
export const CHECKOUT = {
  email: 'ada@example.com',
  shippingAddress: ADDRESS,
  payment: { provider: 'test' },
} as const;

/** An open cart with units of one variant. */
export async function aCart(
  { api }: TestApp,
  variantId: string,
  { quantity = 1, as }: { quantity?: number; as?: string } = {},
): Promise<{ id: string; token: string; body: AnswerBody }> {
  const { status, body, text } = await api.post('/v1/carts', { items: [{ variantId, quantity }] }, { as });
  if (status !== 201) throw new Error(`No cart was made: ${text}`);
  return { id: body.id as string, token: body.token as string, body };
}

/** Sends an order for units of a variant, without a cart. */
export function orderItems(
  { api }: TestApp,
  items: { variantId: string; quantity: number }[],
  { as, key = randomUUID(), ...more }: { as?: string; key?: string } & Record<string, unknown> = {},
): Promise<Answer> {
  return api.post('/v1/orders', { ...CHECKOUT, items, ...more }, { as, headers: { 'Idempotency-Key': key } });
}

/** An order whose payment is authorised. */
export async function aPlacedOrder(
  app: TestApp,
  { quantity = 2, amount = 1999, as, email = CHECKOUT.email }: { quantity?: number; amount?: number; as?: string; email?: string } = {},
): Promise<{ id: string; token: string; variantId: string; body: AnswerBody }> {
  const { variantId } = await aProductOnSale(app, { amount });
  const answer = await orderItems(app, [{ variantId, quantity }], { ...(as === undefined ? {} : { as }), email });
  if (answer.status !== 201) throw new Error(`No order was placed: ${answer.text}`);
  return { id: answer.body.id as string, token: answer.body.token as string, variantId, body: answer.body };
}

/** An order whose money was taken. */
export async function aCapturedOrder(app: TestApp, options: Parameters<typeof aPlacedOrder>[1] = {}) {
  const order = await aPlacedOrder(app, options);
  await staffDoes(app, order.id, 'capture');
  return order;
}

/** An order that was shipped whole. */
export async function aFulfilledOrder(app: TestApp, options: Parameters<typeof aPlacedOrder>[1] = {}) {
  const order = await aPlacedOrder(app, options);
  await staffDoes(app, order.id, 'fulfilments');
  return order;
}

/** An order that was cancelled. */
export async function aCancelledOrder(app: TestApp, options: Parameters<typeof aPlacedOrder>[1] = {}) {
  const order = await aPlacedOrder(app, options);
  await staffDoes(app, order.id, 'cancel');
  return order;
}

/** Staff do something with an order. */
export async function staffDoes(
  { api, adminToken }: TestApp,
  orderId: string,
  action: 'capture' | 'fulfilments' | 'cancel' | 'refunds',
  body?: unknown,
): Promise<Answer> {
  const answer = await api.post(`/v1/admin/orders/${orderId}/${action}`, body, { as: adminToken });
  if (answer.status >= 300) throw new Error(`${action} failed: ${answer.text}`);
  return answer;
}
