import { randomUUID } from 'node:crypto';
import type { AnswerBody } from '../api-client.js';
import type { TestApp } from '../app.js';
import { aProductOnSale } from './catalogue.js';
import { aCustomer } from './people.js';

/** A category that staff have made. */
export async function aCategory(app: TestApp, fields: Readonly<Record<string, unknown>> = {}): Promise<AnswerBody> {
  const answer = await app.api.post('/v1/admin/categories', { name: 'Shirts', ...fields }, { as: app.adminToken });
  if (answer.status !== 201) throw new Error(`No category was made: ${answer.text}`);
  return answer.body;
}

/** A product on sale that is in some categories. */
export async function aProductIn(app: TestApp, categoryIds: readonly string[], title = 'Linen shirt'): Promise<AnswerBody> {
  const { product } = await aProductOnSale(app, { title });
  const path = `/v1/admin/products/${String(product.id)}/categories`;
  const answer = await app.api.put(path, { categoryIds }, { as: app.adminToken, headers: { 'If-Match': '*' } });
  if (answer.status !== 200) throw new Error(`The product was not assigned: ${answer.text}`);
  return product;
}

/** A review that a customer, a new one unless named, has written. */
export async function aReview(
  app: TestApp,
  productId: string,
  { as, rating = 5 }: { as?: string; rating?: number } = {},
): Promise<AnswerBody> {
  const token = as ?? (await aCustomer(app)).token;
  const answer = await app.api.post(`/v1/products/${productId}/reviews`, { rating, title: 'Fine' }, { as: token });
  if (answer.status !== 201) throw new Error(`No review was written: ${answer.text}`);
  return answer.body;
}

/** A collection that staff have made. */
export async function aCollection(app: TestApp, fields: Readonly<Record<string, unknown>> = {}): Promise<AnswerBody> {
  const answer = await app.api.post('/v1/admin/collections', { title: 'Summer', ...fields }, { as: app.adminToken });
  if (answer.status !== 201) throw new Error(`No collection was made: ${answer.text}`);
  return answer.body;
}

/** A product type that staff have made. */
export async function aProductType(app: TestApp, fields: Readonly<Record<string, unknown>> = {}): Promise<AnswerBody> {
  const type = { code: `shoe-${randomUUID()}`, name: 'Shoe', ...fields };
  const answer = await app.api.post('/v1/admin/product-types', type, { as: app.adminToken });
  if (answer.status !== 201) throw new Error(`No product type was made: ${answer.text}`);
  return answer.body;
}
