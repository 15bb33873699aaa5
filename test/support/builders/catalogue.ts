import { randomUUID } from 'node:crypto';
import type { AnswerBody } from '../api-client.js';
import type { TestApp } from '../app.js';

/** A product with one variant, made by staff. */
export interface SimpleProduct {
  readonly product: AnswerBody;
  readonly variantId: string;
  readonly sku: string;
}

/** A product that is on sale, with one variant. */
export async function aProductOnSale(
  { api, adminToken }: TestApp,
  { amount = 1999, currency = 'EUR', stock = 100, title = 'Linen shirt', vendor }: Partial<{ amount: number; currency: string; stock: number; title: string; vendor: string }> = {},
): Promise<SimpleProduct> {
  const sku = `SKU-${randomUUID()}`;
  const answer = await api.post(
    '/v1/admin/products',
    { title, vendor, variants: [{ sku, price: { amount, currency }, stock }] },
    { as: adminToken },
  );
  if (answer.status !== 201) throw new Error(`No product was made: ${answer.text}`);
  return { product: answer.body, variantId: answer.body.variants[0].id as string, sku };
}

/** A product that was taken off sale. */
export async function anArchivedProduct(app: TestApp): Promise<SimpleProduct> {
  const made = await aProductOnSale(app);
  await app.api.post(`/v1/admin/products/${String(made.product.id)}/archive`, undefined, { as: app.adminToken });
  return made;
}
