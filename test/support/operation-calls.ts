import { randomUUID } from 'node:crypto';
import { leastRole } from '../../src/infrastructure/http/permissions.js';
import { RouteRegistry, type Route } from '../../src/infrastructure/http/route-registry.js';
import type { Answer, RequestOptions } from './api-client.js';
import type { TestApp } from './app.js';
import { CHECKOUT } from './builders/orders.js';
import { aCustomer } from './builders/people.js';

/** A product file that is imported without a fault. */
export const PRODUCT_FILE = 'Handle,Title,Variant Price\nnew-thing,New thing,9.99\n';

/** The smallest PNG: one grey pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);

/** What is sent to the operations that take a file in a form, and is good. */
export const FORMS: Readonly<Record<string, { fields: Record<string, string>; file: { name: string; content: string | Buffer } }>> = {
  createImport: { fields: { format: 'shopify-csv' }, file: { name: 'a.csv', content: PRODUCT_FILE } },
  createImage: { fields: {}, file: { name: 'a.png', content: PNG } },
};

/** Bodies that are good enough to come past the validation, by operation. */
export const BODIES: Readonly<Record<string, unknown>> = {
  register: { email: 'someone@example.com', password: 'correct horse battery' },
  createProduct: { title: 'A', variants: [{ sku: 'generic', price: { amount: 1, currency: 'EUR' } }] },
  bulkProducts: { policy: 'each', items: [{ action: 'archive', id: randomUUID() }] },
  updateProduct: { title: 'B' },
  addVariant: { sku: 'generic-2', price: { amount: 1, currency: 'EUR' } },
  putProductByExternalReference: { title: 'A', variants: [{ sku: 'generic-4', price: { amount: 1, currency: 'EUR' } }] },
  completeVariants: { skuPattern: 'generic-5', price: { amount: 1, currency: 'EUR' } },
  updateVariant: { sku: 'generic-3' },
  setVariantPrice: { amount: 2199 },
  setProductTranslation: { title: 'Leinenhemd' },
  setCategoryTranslation: { name: 'Hemden' },
  setCollectionTranslation: { title: 'Sommer' },
  addCartItem: { variantId: randomUUID(), quantity: 1 },
  setCartItemQuantity: { quantity: 1 },
  adjustStock: { delta: 1 },
  createImageUpload: { contentType: 'image/png', bytes: 5 },
  setProductImages: { images: [] },
  placeOrder: { ...CHECKOUT, cartId: randomUUID() },
  createWebhookEndpoint: { url: 'https://hooks.example.com/' },
  updateWebhookEndpoint: { description: 'x' },
  createCategory: { name: 'Shirts' },
  updateCategory: { name: 'Tops' },
  moveCategory: { parentId: null },
  setProductCategories: { categoryIds: [] },
  createCollection: { title: 'Summer' },
  updateCollection: { title: 'Autumn' },
  setCollectionProducts: { productIds: [] },
  createProductType: { code: 'shoe', name: 'Shoe' },
  updateProductType: { name: 'Shoes' },
  setRelatedProducts: { type: 'similar', productIds: [] },
  createSynonymSet: { kind: 'two_way', terms: ['sofa', 'couch'] },
  updateSynonymSet: { terms: ['sofa', 'settee'] },
  createReview: { rating: 5, title: 'Fine' },
  replayWebhooks: { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' },
};

/** How a call differs from the plain one of its operation. */
export type Sent = RequestOptions & { payload?: string | undefined; query?: string; path?: string };

/** Says that a body is JSON. */
export const JSON_BODY = { 'content-type': 'application/json' } as const;

/** Calls every operation of a shop in the same way. */
export class OperationCalls {
  private constructor(
    private readonly app: TestApp,
    /** A customer's access token. */
    readonly customerToken: string,
    readonly routes: readonly Route[],
  ) {}

  /** The calls of a shop. */
  static async of(app: TestApp): Promise<OperationCalls> {
    const { token } = await aCustomer(app);
    return new OperationCalls(app, token, app.nest.get(RouteRegistry).routes());
  }

  /** The operations that may answer a code. */
  havingCode(code: string): Route[] {
    return this.routes.filter(({ problems }) => problems.includes(code as never));
  }

  /** The operations that take an Idempotency-Key. */
  idempotent(): Route[] {
    return this.routes.filter(({ idempotency }) => idempotency !== undefined);
  }

  /** The role that an operation needs at least, so that what is refused is refused for the reason under test. */
  tokenFor(route: Route): string | undefined {
    const role = leastRole(route.permission);
    if (role === 'guest') return undefined;
    return role === 'customer' ? this.customerToken : this.app.adminToken;
  }

  /** Calls an operation; path parameters are random ids unless a path is given. */
  call(route: Route, { path, payload, query = '', as, headers = {} }: Sent = {}): Promise<Answer> {
    const filled = path ?? route.path.replace(/:\w+/g, () => randomUUID());
    return this.app.api.raw(route.method as 'GET', `${filled}${query}`, payload, {
      ...(as === undefined ? {} : { as }),
      headers: { 'Idempotency-Key': randomUUID(), ...headers },
    });
  }

  /** The body of an operation that comes past the validation, as it is sent. */
  bodyOf(route: Route): Pick<Sent, 'payload' | 'headers'> {
    const body = BODIES[route.operation.id];
    return body === undefined ? { headers: {} } : { payload: JSON.stringify(body), headers: JSON_BODY };
  }
}

/** Checks each of some operations, of which there must be one. */
export async function everyOperation(list: readonly Route[], check: (route: Route) => Promise<void>): Promise<void> {
  if (list.length === 0) throw new Error('There is no such operation.');
  for (const route of list) await check(route);
}
