import { randomUUID } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { leastRole } from '../../src/infrastructure/http/permissions.js';
import type { Route } from '../../src/infrastructure/http/route-registry.js';
import { startApp, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { anAwaitedImage } from '../support/builders/images.js';
import { aCart } from '../support/builders/orders.js';
import { aSynonymSet } from '../support/builders/search.js';
import { aCategory, aCollection, aProductType, aReview } from '../support/builders/shelves.js';
import { anEndpoint } from '../support/builders/webhooks.js';
import { BODIES, everyOperation, FORMS, JSON_BODY, OperationCalls } from '../support/operation-calls.js';

let app: TestApp;
let calls: OperationCalls;
let routes: readonly Route[];

beforeAll(async () => {
  app = await startApp({ env: { IMPORT_MAX_MIB: '20' } });
  calls = await OperationCalls.of(app);
  routes = calls.routes;
});
afterAll(async () => {
  await app.close();
});

async function synonymPaths(): Promise<Record<string, string>> {
  const path = `/v1/admin/search/synonyms/${String((await aSynonymSet(app)).id)}`;
  return { updateSynonymSet: path, deleteSynonymSet: path };
}

async function productTypePaths(): Promise<Record<string, string>> {
  const path = `/v1/admin/product-types/${String((await aProductType(app)).id)}`;
  return { updateProductType: path, deleteProductType: path };
}

/** The operations on variants and their prices, and on texts in further languages. */
function partPaths(ids: { productId: string; variantId: string; categoryId: string; collectionId: string }): Record<string, string> {
  const product = `/v1/admin/products/${ids.productId}`;
  const variant = `${product}/variants/${ids.variantId}`;
  const category = `/v1/admin/categories/${ids.categoryId}/translations/de`;
  const collection = `/v1/admin/collections/${ids.collectionId}/translations/de`;
  return {
    updateVariant: variant,
    ...{ setVariantPrice: `${variant}/prices/USD`, deleteVariantPrice: `${variant}/prices/USD` },
    ...{ setProductTranslation: `${product}/translations/de`, deleteProductTranslation: `${product}/translations/de` },
    ...{ setCategoryTranslation: category, deleteCategoryTranslation: category },
    ...{ setCollectionTranslation: collection, deleteCollectionTranslation: collection },
  };
}

describe('every operation', () => {
  it('refuses forged, expired, unsigned and foreign tokens', async () => {
    const jwt = app.nest.get(JwtService, { strict: false });
    const claims = { sub: randomUUID(), sid: randomUUID() };
    const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
    const tokens = [
      'not-a-token',
      jwt.sign(claims, { secret: 'another-secret-that-is-long-enough-to-sign' }),
      jwt.sign(claims, { expiresIn: -10 }),
      jwt.sign(claims, { audience: 'another-api' }),
      `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`,
      jwt.sign(claims),
    ];

    await everyOperation(calls.havingCode('unauthenticated'), async (route) => {
      for (const as of tokens) {
        const { status, body, headers } = await calls.call(route, { as });
        expect({ id: route.operation.id, status, code: body.code }).toEqual({
          id: route.operation.id,
          status: 401,
          code: 'unauthenticated',
        });
        expect(headers['www-authenticate']).toBe('Bearer');
      }
    });
  });

  it('that is not for everybody asks a guest to sign in, and refuses a customer what staff do', async () => {
    const closed = routes.filter(({ permission }) => leastRole(permission) !== 'guest');
    await everyOperation(closed, async (route) => {
      expect((await calls.call(route)).body.code).toBe('unauthenticated');
    });

    await everyOperation(calls.havingCode('forbidden'), async (route) => {
      const { status, body } = await calls.call(route, { as: calls.customerToken });
      expect({ id: route.operation.id, status, code: body.code }).toEqual({
        id: route.operation.id,
        status: 403,
        code: 'forbidden',
      });
    });
  });

  it('names a query parameter that it does not know', async () => {
    await everyOperation(routes, async (route) => {
      const { status, body } = await calls.call(route, {
        as: calls.tokenFor(route),
        query: '?unknownParameter=1',
        headers: route.path.endsWith('imports') ? {} : JSON_BODY,
        ...(BODIES[route.operation.id] ? { payload: JSON.stringify(BODIES[route.operation.id]) } : {}),
      });
      expect({ id: route.operation.id, status, errors: body.errors }).toEqual({
        id: route.operation.id,
        status: 400,
        errors: [{ pointer: '/unknownParameter', detail: expect.any(String) }],
      });
    });
  });

  it('that reads a body refuses one that is malformed, too large or of another kind', async () => {
    const json = calls.havingCode('malformed_body').filter(({ operation }) => !(operation.id in FORMS));
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const large = JSON.stringify({ text: 'x'.repeat(1_048_576) });

    await everyOperation(json, async (route) => {
      const as = calls.tokenFor(route);
      const malformed = await calls.call(route, { as, payload: '{"a":', headers: JSON_BODY });
      const tooLarge = await calls.call(route, { as, payload: large, headers: JSON_BODY });
      const tooLargeForm = await calls.call(route, { as, payload: `a=${'x'.repeat(1_048_576)}`, headers: form });
      const otherKind = await calls.call(route, { as, payload: '<a/>', headers: { 'content-type': 'text/xml' } });

      expect([malformed, tooLarge, tooLargeForm, otherKind].map(({ body }) => body.code as string)).toEqual([
        'malformed_body',
        'body_too_large',
        'body_too_large',
        'unsupported_media_type',
      ]);
    });
  });

  it('refuses a body of 50 MB', async () => {
    const payload = Buffer.alloc(50 * 1_048_576, ' ').toString();
    const [route] = routes.filter(({ operation }) => operation.id === 'placeOrder');

    const { status, body } = await calls.call(route!, { payload, headers: JSON_BODY });

    expect(status).toBe(413);
    expect(body.code).toBe('body_too_large');
  });

  it('that takes a file refuses one that is broken off, too large or not multipart', async () => {
    const as = app.adminToken;
    const fields = { format: 'shopify-csv' };
    const broken = await app.api.raw('POST', '/v1/admin/imports', '--x\r\nContent-Dispo', {
      as,
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    const large = { name: 'large.csv', content: Buffer.alloc(21 * 1_048_576, 'a') };
    const tooLarge = await app.api.postFile('/v1/admin/imports', fields, large, { as });
    const json = await app.api.post('/v1/admin/imports', fields, { as });
    const none = await app.api.postFile('/v1/admin/imports', fields, null, { as });

    expect([broken, tooLarge, json, none].map(({ body }) => body.code as string)).toEqual([
      'malformed_body',
      'body_too_large',
      'unsupported_media_type',
      'invalid_request',
    ]);
    expect(await app.database.query('SELECT 1 FROM product_imports')).toEqual([]);
  });

  it('says that an unknown id is not found, and that a wrong one is no id', async () => {
    await everyOperation(calls.havingCode('not_found'), async (route) => {
      const as = calls.tokenFor(route);
      const { id } = route.operation;
      const payload = BODIES[id] === undefined ? undefined : JSON.stringify(BODIES[id]);
      const sent = { as, payload, headers: { ...(payload ? JSON_BODY : {}), 'If-Match': '"1"' } };
      const unknown = await calls.call(route, sent);
      expect({ id, code: unknown.body.code }).toEqual({ id, code: 'not_found' });
      // A queue has a name, and a product a slug: any text may be one.
      if (!route.path.includes(':') || route.path.includes(':idOrSlug') || route.path.includes(':name')) return;

      const wrong = await calls.call(route, { ...sent, path: route.path.replace(/:\w+/g, 'not-an-id') });
      expect({ id, code: wrong.body.code }).toEqual({ id, code: 'invalid_request' });
    });
  });

  it('that needs an If-Match asks for it', async () => {
    await everyOperation(calls.havingCode('precondition_required'), async (route) => {
      const { status, body } = await calls.call(route, {
        as: app.adminToken,
        payload: JSON.stringify(BODIES[route.operation.id]),
        headers: JSON_BODY,
      });
      expect({ status, code: body.code }).toEqual({ status: 428, code: 'precondition_required' });
    });
  });

  it('that takes an If-Match refuses one that is stale or not ours, and changes nothing', async () => {
    const { product, variantId } = await aProductOnSale(app);
    const cart = await aCart(app, variantId);
    const itemId = String(cart.body.items[0].id);
    const [endpointId, reviewId] = [String((await anEndpoint(app)).id), String((await aReview(app, String(product.id))).id)];
    const [categoryId, collectionId] = [String((await aCategory(app)).id), String((await aCollection(app)).id)];
    const paths: Readonly<Record<string, string>> = {
      ...(await productTypePaths()),
      ...partPaths({ productId: String(product.id), variantId, categoryId, collectionId }),
      updateCategory: `/v1/admin/categories/${categoryId}`,
      moveCategory: `/v1/admin/categories/${categoryId}/move`,
      deleteCategory: `/v1/admin/categories/${categoryId}`,
      setProductCategories: `/v1/admin/products/${String(product.id)}/categories`,
      updateCollection: `/v1/admin/collections/${collectionId}`,
      setCollectionProducts: `/v1/admin/collections/${collectionId}/products`,
      deleteCollection: `/v1/admin/collections/${collectionId}`,
      ...(await synonymPaths()),
      setRelatedProducts: `/v1/admin/products/${String(product.id)}/related`,
      approveReview: `/v1/admin/reviews/${reviewId}/approve`,
      rejectReview: `/v1/admin/reviews/${reviewId}/reject`,
      updateProduct: `/v1/admin/products/${String(product.id)}`,
      addVariant: `/v1/admin/products/${String(product.id)}/variants`,
      publishProduct: `/v1/admin/products/${String(product.id)}/publish`,
      deleteProduct: `/v1/admin/products/${String(product.id)}`,
      putProductByExternalReference: '/v1/admin/products/by-external-reference/generic',
      completeVariants: `/v1/admin/products/${String(product.id)}/variants/matrix`,
      setProductImages: `/v1/admin/products/${String(product.id)}/images`,
      deleteImage: `/v1/admin/images/${await anAwaitedImage(app)}`,
      addCartItem: `/v1/carts/${cart.id}/items`,
      setCartItemQuantity: `/v1/carts/${cart.id}/items/${itemId}`,
      removeCartItem: `/v1/carts/${cart.id}/items/${itemId}`,
      updateWebhookEndpoint: `/v1/admin/webhook-endpoints/${endpointId}`,
      deleteWebhookEndpoint: `/v1/admin/webhook-endpoints/${endpointId}`,
    };

    await everyOperation(calls.havingCode('precondition_failed'), async (route) => {
      const { id } = route.operation;
      const payload = BODIES[id] === undefined ? undefined : JSON.stringify(BODIES[id]);
      for (const tag of ['"999999"', 'W/"abc"']) {
        const { status, body } = await calls.call(route, {
          as: calls.tokenFor(route),
          path: paths[id] ?? '',
          payload,
          headers: { ...(payload ? JSON_BODY : {}), 'If-Match': tag, 'X-Cart-Token': cart.token },
        });
        expect({ id, status, code: body.code }).toEqual({ id, status: 412, code: 'precondition_failed' });
      }
    });
    const after = await app.api.get(`/v1/admin/products/${String(product.id)}`, { as: app.adminToken });
    expect(after.body).toEqual(product);
  });
});
