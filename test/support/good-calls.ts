import { randomUUID } from 'node:crypto';
import type { TestApp } from './app.js';
import { aProductOnSale } from './builders/catalogue.js';
import { anAwaitedImage, anImage, anUploadedFile } from './builders/images.js';
import { aFailedJob } from './builders/jobs.js';
import { ADDRESS, aCapturedOrder, aCart, aPlacedOrder, CHECKOUT } from './builders/orders.js';
import { aCustomer } from './builders/people.js';
import { aSynonymSet } from './builders/search.js';
import { aCategory, aCollection, aProductType, aReview } from './builders/shelves.js';
import { anEndpoint, aTestDelivery } from './builders/webhooks.js';
import { BODIES } from './operation-calls.js';
import { ADMINISTRATOR } from './app.js';

/** A call that succeeds once: where, with what, and with what else. */
export interface GoodCall {
  readonly path: string;
  /** JSON, or another kind where the headers say so. */
  readonly payload?: string | undefined;
  readonly headers?: Record<string, string>;
  /** Another caller than the least role's. */
  readonly as?: string;
}

type GoodCalls = Record<string, GoodCall>;

const json = (body: unknown): string => JSON.stringify(body);
const price = { amount: 1, currency: 'EUR' };

/** What a shop must have for all good calls: a second language and a second currency. */
export const SEVERAL = { LOCALES: 'en,de', CURRENCIES: 'EUR,USD' } as const;

/** For every operation that changes something, a call that succeeds; all but the upload of a file. */
export async function goodCalls(app: TestApp): Promise<GoodCalls> {
  return {
    ...(await goodAccountCalls(app)),
    ...(await goodProductCalls(app)),
    ...(await goodShelfCalls(app)),
    ...(await goodSearchCalls(app)),
    ...(await goodViewCalls(app)),
    ...(await goodCartCalls(app)),
    ...(await goodOrderCalls(app)),
    ...(await goodJobCalls(app)),
    ...(await goodWebhookCalls(app)),
    ...(await goodImageCalls(app)),
  };
}

async function goodAccountCalls(app: TestApp): Promise<GoodCalls> {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const { email: username, password } = ADMINISTRATOR;
  const leaving = await aCustomer(app);
  return {
    register: { path: '/v1/auth/register', payload: json({ email: `${randomUUID()}@example.com`, password: 'long enough' }) },
    createToken: {
      path: '/v1/auth/token',
      payload: new URLSearchParams({ grant_type: 'password', username, password }).toString(),
      headers: form,
    },
    signOut: { path: '/v1/auth/sign-out', as: leaving.token },
  };
}

async function goodProductCalls(app: TestApp): Promise<GoodCalls> {
  const products = '/v1/admin/products';
  const { product } = await aProductOnSale(app);
  const stocked = await aProductOnSale(app);
  const archived = await aProductOnSale(app);
  await app.api.post(`${products}/${String(archived.product.id)}/archive`, undefined, { as: app.adminToken });
  const changed = await aProductOnSale(app);
  const sized = await aSizedProduct(app);
  const { path: referencePath, body: referred } = await aReferredProduct(app);
  return {
    createProduct: { path: products, payload: json({ title: 'C', variants: [{ sku: randomUUID(), price }] }) },
    bulkProducts: {
      path: `${products}/bulk`,
      payload: json({ policy: 'atomic', items: [{ action: 'create', product: { title: 'D', variants: [{ sku: randomUUID(), price }] } }] }),
    },
    updateProduct: {
      path: `${products}/${String(changed.product.id)}`,
      payload: json({ title: 'Changed' }),
      headers: { 'If-Match': '"1"' },
    },
    updateVariant: {
      path: `${products}/${String(stocked.product.id)}/variants/${stocked.variantId}`,
      payload: json({ barcode: '4006381333931' }),
      headers: { 'If-Match': '"1"' },
    },
    addVariant: {
      path: `${products}/${sized}/variants`,
      payload: json({ sku: randomUUID(), price, options: { Size: 'L' } }),
    },
    completeVariants: {
      path: `${products}/${await aSizedProduct(app)}/variants/matrix`,
      payload: json({ skuPattern: `${randomUUID()}-{Size}`, price }),
    },
    putProductByExternalReference: { path: referencePath, payload: json({ ...referred, title: 'Brought up to date' }) },
    publishProduct: { path: `${products}/${await aDraft(app)}/publish` },
    deleteProduct: { path: `${products}/${await aDraft(app)}`, headers: { 'If-Match': '"1"' } },
    archiveProduct: { path: `${products}/${String(product.id)}/archive` },
    restoreProduct: { path: `${products}/${String(archived.product.id)}/restore` },
    adjustStock: { path: `/v1/admin/stock/${stocked.variantId}/adjustments`, payload: json({ delta: 5 }) },
  };
}

async function aDraft({ api, adminToken }: TestApp): Promise<string> {
  const draft = { title: 'Draft', state: 'draft', variants: [{ sku: randomUUID(), price }] };
  const { body } = await api.post('/v1/admin/products', draft, { as: adminToken });
  return String(body.id);
}

async function aReferredProduct({ api, adminToken }: TestApp): Promise<{ path: string; body: object }> {
  const reference = randomUUID();
  const body = { title: 'Referred', externalReference: reference, variants: [{ sku: randomUUID(), price }] };
  await api.post('/v1/admin/products', body, { as: adminToken });
  return { path: `/v1/admin/products/by-external-reference/${reference}`, body };
}

async function goodShelfCalls(app: TestApp): Promise<GoodCalls> {
  const [categories, collections, reviews] = ['/v1/admin/categories', '/v1/admin/collections', '/v1/admin/reviews'];
  const any = { 'If-Match': '*' };
  const category = async (): Promise<string> => `${categories}/${String((await aCategory(app)).id)}`;
  const collection = async (): Promise<string> => `${collections}/${String((await aCollection(app)).id)}`;
  const types = '/v1/admin/product-types';
  const type = async (): Promise<string> => `${types}/${String((await aProductType(app)).id)}`;
  const { id } = (await aProductOnSale(app)).product;
  const review = async (): Promise<string> => `${reviews}/${String((await aReview(app, String(id))).id)}`;
  const product = `/v1/admin/products/${String(id)}`;
  return {
    createCategory: { path: categories, payload: json(BODIES.createCategory) },
    updateCategory: { path: await category(), payload: json(BODIES.updateCategory), headers: any },
    moveCategory: { path: `${await category()}/move`, payload: json(BODIES.moveCategory) },
    deleteCategory: { path: await category(), headers: any },
    setProductCategories: { path: `${product}/categories`, payload: json(BODIES.setProductCategories), headers: any },
    createCollection: { path: collections, payload: json(BODIES.createCollection) },
    updateCollection: { path: await collection(), payload: json(BODIES.updateCollection), headers: any },
    setCollectionProducts: { path: `${await collection()}/products`, payload: json(BODIES.setCollectionProducts), headers: any },
    deleteCollection: { path: await collection(), headers: any },
    createProductType: { path: types, payload: json(BODIES.createProductType) },
    updateProductType: { path: await type(), payload: json(BODIES.updateProductType), headers: any },
    deleteProductType: { path: await type(), headers: any },
    setRelatedProducts: { path: `${product}/related`, payload: json(BODIES.setRelatedProducts), headers: any },
    createReview: { path: `/v1/products/${String(id)}/reviews`, payload: json(BODIES.createReview) },
    approveReview: { path: `${await review()}/approve` },
    rejectReview: { path: `${await review()}/reject` },
  };
}

async function goodSearchCalls(app: TestApp): Promise<GoodCalls> {
  const synonyms = '/v1/admin/search/synonyms';
  const one = async (): Promise<string> => `${synonyms}/${String((await aSynonymSet(app)).id)}`;
  const any = { 'If-Match': '*' };
  return {
    createSynonymSet: { path: synonyms, payload: json(BODIES.createSynonymSet) },
    updateSynonymSet: { path: await one(), payload: json(BODIES.updateSynonymSet), headers: any },
    deleteSynonymSet: { path: await one(), headers: any },
    rebuildSearch: { path: '/v1/admin/search/rebuild' },
  };
}

/** What needs a second language and currency. */
async function goodViewCalls(app: TestApp): Promise<GoodCalls> {
  const headers = { 'If-Match': '*' };
  const kinds = {
    Product: async () => `/v1/admin/products/${String((await aProductOnSale(app)).product.id)}`,
    Category: async () => `/v1/admin/categories/${String((await aCategory(app)).id)}`,
    Collection: async () => `/v1/admin/collections/${String((await aCollection(app)).id)}`,
  };
  const calls: GoodCalls = {};
  for (const [kind, make] of Object.entries(kinds)) {
    const texts = json(BODIES[`set${kind}Translation`]);
    const translated = `${await make()}/translations/de`;
    await send(app, translated, texts, headers);
    calls[`set${kind}Translation`] = { path: `${await make()}/translations/de`, payload: texts, headers };
    calls[`delete${kind}Translation`] = { path: translated, headers };
  }
  const [setting, priced] = [await aProductOnSale(app), await aProductOnSale(app)];
  const pricePath = ({ product, variantId }: typeof priced): string =>
    `/v1/admin/products/${String(product.id)}/variants/${variantId}/prices/USD`;
  const payload = json(BODIES.setVariantPrice);
  await send(app, pricePath(priced), payload, headers);
  calls.setVariantPrice = { path: pricePath(setting), payload, headers };
  calls.deleteVariantPrice = { path: pricePath(priced), headers };
  return calls;
}

async function send({ api, adminToken }: TestApp, path: string, payload: string, headers: Record<string, string>): Promise<void> {
  const { status, text } = await api.raw('PUT', path, payload, {
    as: adminToken,
    headers: { ...headers, 'content-type': 'application/json' },
  });
  if (status !== 200) throw new Error(`It was not set: ${text}`);
}

async function aSizedProduct({ api, adminToken }: TestApp): Promise<string> {
  const { body } = await api.post(
    '/v1/admin/products',
    {
      title: 'Shirt',
      options: [{ name: 'Size', values: ['M', 'L'] }],
      variants: [{ sku: randomUUID(), price, options: { Size: 'M' } }],
    },
    { as: adminToken },
  );
  return String(body.id);
}

async function goodCartCalls(app: TestApp): Promise<GoodCalls> {
  const { variantId } = await aProductOnSale(app);
  const [adding, setting, removing] = [await aCart(app, variantId), await aCart(app, variantId), await aCart(app, variantId)];
  const token = (cart: { token: string }): Record<string, string> => ({ 'X-Cart-Token': cart.token });
  const item = (cart: { id: string; body: { items: { id: string }[] } }): string =>
    `/v1/carts/${cart.id}/items/${cart.body.items[0]?.id ?? ''}`;
  return {
    createCart: { path: '/v1/carts', payload: json({ currency: 'EUR' }) },
    addCartItem: { path: `/v1/carts/${adding.id}/items`, payload: json({ variantId, quantity: 1 }), headers: token(adding) },
    setCartItemQuantity: { path: item(setting), payload: json({ quantity: 3 }), headers: token(setting) },
    removeCartItem: { path: item(removing), headers: token(removing) },
  };
}

async function goodOrderCalls(app: TestApp): Promise<GoodCalls> {
  const orders = '/v1/admin/orders';
  const order = { email: CHECKOUT.email, shippingAddress: ADDRESS, payment: CHECKOUT.payment };
  const placed = await aPlacedOrder(app);
  const captured = await aCapturedOrder(app);
  const fulfilled = await aPlacedOrder(app);
  const cancelled = await aPlacedOrder(app);
  return {
    placeOrder: { path: '/v1/orders', payload: json({ ...order, items: [{ variantId: placed.variantId, quantity: 1 }] }) },
    captureOrder: { path: `${orders}/${placed.id}/capture` },
    refundOrder: { path: `${orders}/${captured.id}/refunds`, payload: json({ amount: { amount: 5, currency: 'EUR' } }) },
    fulfilOrder: { path: `${orders}/${fulfilled.id}/fulfilments`, payload: json({ carrier: 'DHL' }) },
    cancelOrder: { path: `${orders}/${cancelled.id}/cancel`, payload: json({ reason: 'x' }) },
  };
}

async function goodJobCalls(app: TestApp): Promise<GoodCalls> {
  const queue = '/v1/admin/queues/order-mails';
  return {
    pauseQueue: { path: `${queue}/pause` },
    resumeQueue: { path: `${queue}/resume` },
    drainQueue: { path: `${queue}/drain` },
    redriveQueue: { path: `${queue}/redrive` },
    retryJob: { path: `/v1/admin/jobs/${await aFailedJob(app)}/retry` },
    removeJob: { path: `/v1/admin/jobs/${await aFailedJob(app)}` },
    runTask: { path: '/v1/admin/tasks/sweep-jobs/runs' },
    cancelOperation: { path: `/v1/admin/operations/${await anOperation(app)}/cancel` },
  };
}

async function goodWebhookCalls(app: TestApp): Promise<GoodCalls> {
  const path = '/v1/admin/webhook-endpoints';
  const endpoint = async (): Promise<string> => `${path}/${String((await anEndpoint(app)).id)}`;
  const delivery = await aTestDelivery(app, String((await anEndpoint(app)).id));
  const any = { 'If-Match': '*' };
  return {
    createWebhookEndpoint: { path, payload: json({ url: 'https://hooks.example.com/made' }) },
    updateWebhookEndpoint: { path: await endpoint(), payload: json({ description: 'Changed' }), headers: any },
    deleteWebhookEndpoint: { path: await endpoint(), headers: any },
    rotateWebhookSecret: { path: `${await endpoint()}/rotate-secret` },
    testWebhookEndpoint: { path: `${await endpoint()}/test` },
    resendWebhookDelivery: { path: `/v1/admin/webhook-deliveries/${String(delivery.id)}/resend` },
    replayWebhooks: { path: `${await endpoint()}/replays`, payload: json(BODIES.replayWebhooks) },
  };
}

async function goodImageCalls(app: TestApp): Promise<GoodCalls> {
  const images = '/v1/admin/images';
  const { product } = await aProductOnSale(app);
  const uploaded = await anUploadedFile(app);
  const { body: begun } = await app.api.post(`${images}/uploads`, BODIES.createImageUpload, { as: app.adminToken });
  return {
    createImageUpload: { path: `${images}/uploads`, payload: json(BODIES.createImageUpload) },
    uploadImageBytes: { path: String(begun.upload.url), payload: 'hello', headers: begun.upload.headers as Record<string, string> },
    completeImageUpload: { path: `${images}/${uploaded}/complete` },
    deleteImage: { path: `${images}/${await anAwaitedImage(app)}`, headers: { 'If-Match': '*' } },
    setProductImages: {
      path: `/v1/admin/products/${String(product.id)}/images`,
      payload: json({ images: [{ imageId: (await anImage(app)).id as string }] }),
      headers: { 'If-Match': '"1"' },
    },
  };
}

async function anOperation({ database }: TestApp): Promise<string> {
  const id = randomUUID();
  await database.query(
    `INSERT INTO operations (id, kind, state, created_by, created_at, updated_at)
     VALUES ($1, 'product-import', 'queued', $1, now(), now())`,
    [id],
  );
  return id;
}
