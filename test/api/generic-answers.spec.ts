import { createHash, randomUUID } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { leastRole } from '../../src/infrastructure/http/permissions.js';
import { RouteRegistry, type Route } from '../../src/infrastructure/http/route-registry.js';
import type { Answer, RequestOptions } from '../support/api-client.js';
import { startApp, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { ADDRESS, aCapturedOrder, aCart, aPlacedOrder, CHECKOUT } from '../support/builders/orders.js';
import { aCustomer } from '../support/builders/people.js';

const CSV = 'Handle,Title,Variant Price\nnew-thing,New thing,9.99\n';

let app: TestApp;
let routes: Route[];
let customerToken: string;

beforeAll(async () => {
  app = await startApp();
  routes = [...app.nest.get(RouteRegistry).routes()];
  customerToken = (await aCustomer(app)).token;
});
afterAll(async () => {
  await app.close();
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Sent = RequestOptions & { payload?: string; query?: string; path?: string };

/** The role that an operation needs at least, so that what is refused is refused for the reason under test. */
function tokenFor(route: Route): string | undefined {
  const role = leastRole(route.permission);
  if (role === 'guest') return undefined;
  return role === 'customer' ? customerToken : app.adminToken;
}

/** Calls an operation; path parameters are random ids unless a path is given. */
function call(route: Route, { path, payload, query = '', as, headers = {} }: Sent = {}): Promise<Answer> {
  const filled = path ?? route.path.replace(/:\w+/g, () => randomUUID());
  return app.api.raw(route.method as Method, `${filled}${query}`, payload, {
    ...(as === undefined ? {} : { as }),
    headers: { 'Idempotency-Key': randomUUID(), ...headers },
  });
}

const jsonHeaders = { 'content-type': 'application/json' };
const havingCode = (code: string): Route[] => routes.filter(({ problems }) => problems.includes(code as never));

/** Bodies that are good enough to come past the validation, by operation. */
const BODIES: Readonly<Record<string, unknown>> = {
  register: { email: 'someone@example.com', password: 'correct horse battery' },
  createProduct: { title: 'A', variants: [{ sku: 'generic', price: { amount: 1, currency: 'EUR' } }] },
  updateProduct: { title: 'B' },
  addVariant: { sku: 'generic-2', price: { amount: 1, currency: 'EUR' } },
  updateVariant: { sku: 'generic-3' },
  addCartItem: { variantId: randomUUID(), quantity: 1 },
  setCartItemQuantity: { quantity: 1 },
  adjustStock: { delta: 1 },
  placeOrder: { ...CHECKOUT, cartId: randomUUID() },
};

async function everyOperation(list: Route[], check: (route: Route) => Promise<void>): Promise<void> {
  expect(list.length).toBeGreaterThan(0);
  for (const route of list) await check(route);
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

    await everyOperation(havingCode('unauthenticated'), async (route) => {
      for (const as of tokens) {
        const { status, body, headers } = await call(route, { as });
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
      expect((await call(route)).body.code).toBe('unauthenticated');
    });

    await everyOperation(havingCode('forbidden'), async (route) => {
      const { status, body } = await call(route, { as: customerToken });
      expect({ id: route.operation.id, status, code: body.code }).toEqual({
        id: route.operation.id,
        status: 403,
        code: 'forbidden',
      });
    });
  });

  it('names a query parameter that it does not know', async () => {
    await everyOperation(routes, async (route) => {
      const { status, body } = await call(route, {
        as: tokenFor(route),
        query: '?unknownParameter=1',
        headers: route.path.endsWith('imports') ? {} : jsonHeaders,
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
    const json = havingCode('malformed_body').filter(({ operation }) => operation.id !== 'createImport');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const large = JSON.stringify({ text: 'x'.repeat(1_048_576) });

    await everyOperation(json, async (route) => {
      const as = tokenFor(route);
      const malformed = await call(route, { as, payload: '{"a":', headers: jsonHeaders });
      const tooLarge = await call(route, { as, payload: large, headers: jsonHeaders });
      const tooLargeForm = await call(route, { as, payload: `a=${'x'.repeat(1_048_576)}`, headers: form });
      const otherKind = await call(route, { as, payload: '<a/>', headers: { 'content-type': 'text/xml' } });

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

    const { status, body } = await call(route!, { payload, headers: jsonHeaders });

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
    await everyOperation(havingCode('not_found'), async (route) => {
      const as = tokenFor(route);
      const { id } = route.operation;
      const payload = BODIES[id] === undefined ? undefined : JSON.stringify(BODIES[id]);
      const sent = { as, payload, headers: { ...(payload ? jsonHeaders : {}), 'If-Match': '"1"' } };
      const unknown = await call(route, sent);
      expect({ id, code: unknown.body.code }).toEqual({ id, code: 'not_found' });
      if (!route.path.includes(':') || id === 'getProduct') return;

      const wrong = await call(route, { ...sent, path: route.path.replace(/:\w+/g, 'not-an-id') });
      expect({ id, code: wrong.body.code }).toEqual({ id, code: 'invalid_request' });
    });
  });

  it('that needs an If-Match asks for it', async () => {
    await everyOperation(havingCode('precondition_required'), async (route) => {
      const { status, body } = await call(route, {
        as: app.adminToken,
        payload: JSON.stringify(BODIES[route.operation.id]),
        headers: jsonHeaders,
      });
      expect({ status, code: body.code }).toEqual({ status: 428, code: 'precondition_required' });
    });
  });

  it('that takes an If-Match refuses one that is stale or not ours, and changes nothing', async () => {
    const { product, variantId } = await aProductOnSale(app);
    const cart = await aCart(app, variantId);
    const itemId = String(cart.body.items[0].id);
    const paths: Readonly<Record<string, string>> = {
      updateProduct: `/v1/admin/products/${String(product.id)}`,
      addVariant: `/v1/admin/products/${String(product.id)}/variants`,
      updateVariant: `/v1/admin/products/${String(product.id)}/variants/${variantId}`,
      addCartItem: `/v1/carts/${cart.id}/items`,
      setCartItemQuantity: `/v1/carts/${cart.id}/items/${itemId}`,
      removeCartItem: `/v1/carts/${cart.id}/items/${itemId}`,
    };

    await everyOperation(havingCode('precondition_failed'), async (route) => {
      const { id } = route.operation;
      const payload = BODIES[id] === undefined ? undefined : JSON.stringify(BODIES[id]);
      for (const tag of ['"999999"', 'W/"abc"']) {
        const { status, body } = await call(route, {
          as: tokenFor(route),
          path: paths[id] ?? '',
          payload,
          headers: { ...(payload ? jsonHeaders : {}), 'If-Match': tag, 'X-Cart-Token': cart.token },
        });
        expect({ id, status, code: body.code }).toEqual({ id, status: 412, code: 'precondition_failed' });
      }
    });
    const after = await app.api.get(`/v1/admin/products/${String(product.id)}`, { as: app.adminToken });
    expect(after.body).toEqual(product);
  });
});

describe('every operation with an Idempotency-Key', () => {
  const keyHash = (caller: string, key: string): Buffer =>
    createHash('sha256').update(JSON.stringify([caller, key])).digest();

  /** Calls that succeed, by operation: where, with what, and with what else. */
  async function goodCalls(): Promise<Record<string, { path: string; payload: string; headers?: Record<string, string> }>> {
    const { product, variantId } = await aProductOnSale(app);
    const cart = await aCart(app, variantId);
    const archived = await aProductOnSale(app);
    await app.api.post(`/v1/admin/products/${String(archived.product.id)}/archive`, undefined, { as: app.adminToken });
    const [placed, captured, fulfilled, cancelled] = [
      await aPlacedOrder(app),
      await aCapturedOrder(app),
      await aPlacedOrder(app),
      await aPlacedOrder(app),
    ];
    const json = (body: unknown): string => JSON.stringify(body);
    const order = { email: CHECKOUT.email, shippingAddress: ADDRESS, payment: CHECKOUT.payment };
    const products = '/v1/admin/products';
    const orders = '/v1/admin/orders';
    const guest = { headers: { 'X-Cart-Token': cart.token } };
    return {
      register: { path: '/v1/auth/register', payload: json({ email: `${randomUUID()}@example.com`, password: 'long enough' }) },
      createProduct: { path: products, payload: json({ title: 'C', variants: [{ sku: randomUUID(), price: { amount: 1, currency: 'EUR' } }] }) },
      addVariant: {
        path: `${products}/${(await anotherProduct()).id}/variants`,
        payload: json({ sku: randomUUID(), price: { amount: 1, currency: 'EUR' }, options: { Size: 'L' } }),
      },
      archiveProduct: { path: `${products}/${String(product.id)}/archive`, payload: '' },
      restoreProduct: { path: `${products}/${String(archived.product.id)}/restore`, payload: '' },
      adjustStock: { path: `/v1/admin/stock/${variantId}/adjustments`, payload: json({ delta: 5 }) },
      createCart: { path: '/v1/carts', payload: json({ currency: 'EUR' }) },
      addCartItem: { path: `/v1/carts/${cart.id}/items`, payload: json({ variantId: placed.variantId, quantity: 1 }), ...guest },
      placeOrder: { path: '/v1/orders', payload: json({ ...order, items: [{ variantId: placed.variantId, quantity: 1 }] }) },
      captureOrder: { path: `${orders}/${placed.id}/capture`, payload: '' },
      refundOrder: { path: `${orders}/${captured.id}/refunds`, payload: json({ amount: { amount: 5, currency: 'EUR' } }) },
      fulfilOrder: { path: `${orders}/${fulfilled.id}/fulfilments`, payload: json({ carrier: 'DHL' }) },
      cancelOrder: { path: `${orders}/${cancelled.id}/cancel`, payload: json({ reason: 'x' }) },
    };
  }

  async function anotherProduct(): Promise<{ id: string }> {
    const { body } = await app.api.post(
      '/v1/admin/products',
      {
        title: 'Shirt',
        options: [{ name: 'Size', values: ['M', 'L'] }],
        variants: [{ sku: randomUUID(), price: { amount: 1, currency: 'EUR' }, options: { Size: 'M' } }],
      },
      { as: app.adminToken },
    );
    return body as { id: string };
  }

  const idempotent = (): Route[] => routes.filter(({ idempotency }) => idempotency !== undefined);

  it('replays its answer, refuses the key for another request, and knows a call that still runs', async () => {
    const calls = await goodCalls();
    const json = idempotent().filter(({ operation }) => operation.id !== 'createImport');
    expect(Object.keys(calls).sort()).toEqual(json.map(({ operation }) => operation.id).sort());

    await everyOperation(json, async (route) => {
      const { id } = route.operation;
      const as = tokenFor(route);
      const { path, payload, headers = {} } = calls[id]!;
      const send = (key: string, query = ''): Promise<Answer> =>
        call(route, { as, path, payload, query, headers: { ...jsonHeaders, ...headers, 'Idempotency-Key': key } });
      const key = randomUUID();
      const first = await send(key);
      const replayed = await send(key);
      const otherBody = await call(route, {
        as,
        path,
        payload: `${payload || '{}'} `.replace('}', ',"reason":"another"}').replace('{,', '{'),
        headers: { ...jsonHeaders, ...headers, 'Idempotency-Key': key },
      });
      expect({ id, status: first.status, answer: first.text }).toMatchObject({ id, status: route.operation.status ?? 200 });
      expect({ id, status: replayed.status, text: replayed.text }).toEqual({ id, status: first.status, text: first.text });
      expect(replayed.headers).toMatchObject({ 'idempotent-replayed': 'true' });
      expect([replayed.headers.location, replayed.headers.etag]).toEqual([first.headers.location, first.headers.etag]);
      expect(['idempotency_key_reused', 'invalid_request']).toContain(otherBody.body.code);
    });
  });

  it('says that the first call still runs', async () => {
    await everyOperation(idempotent(), async (route) => {
      const as = tokenFor(route);
      const { id } = route.operation;
      const key = randomUUID();
      const role = leastRole(route.permission);
      const [admin] = await app.database.query<{ id: string }>(`SELECT id FROM users WHERE role = 'admin'`);
      const caller = role === 'guest' ? 'guest' : (admin?.id ?? '');
      const path = route.path.replace(/:\w+/g, () => randomUUID());
      const payload = BODIES[id] === undefined ? undefined : JSON.stringify(BODIES[id]);
      const send = (): Promise<Answer> =>
        id === 'createImport'
          ? app.api.postFile(path, { format: 'shopify-csv' }, { name: 'a.csv', content: CSV }, { as: as ?? '', headers: { 'Idempotency-Key': key } })
          : call(route, { as, path, payload, headers: { ...(payload ? jsonHeaders : {}), 'Idempotency-Key': key } });
      const fileSha = createHash('sha256').update(CSV).digest('hex');
      const body = id === 'createImport'
        ? { format: 'shopify-csv', file: { filename: 'a.csv', sha256: fileSha } }
        : (BODIES[id] ?? null);
      const fingerprint = createHash('sha256').update(JSON.stringify([route.method, path, body])).digest();
      await app.database.query(
        `INSERT INTO idempotency_keys (key_hash, operation, fingerprint, state, attempt, locked_until, created_at, expires_at)
         VALUES ($1, 'planted', $2, 'running', $3, now() + interval '1 hour', now(), now() + interval '1 day')`,
        [keyHash(caller, key), fingerprint, randomUUID()],
      );

      const running = await send();
      await app.database.query(`UPDATE idempotency_keys SET fingerprint = 'other' WHERE operation = 'planted'`);
      const reused = await send();

      expect({ id, status: running.status, code: running.body.code }).toEqual({ id, status: 409, code: 'idempotency_in_flight' });
      expect(running.headers['retry-after']).toBe('1');
      expect({ id, status: reused.status, code: reused.body.code }).toEqual({ id, status: 422, code: 'idempotency_key_reused' });
    });
  });

  it('that must have one asks for it', async () => {
    const { status, body } = await app.api.post('/v1/orders', BODIES.placeOrder);

    expect({ status, code: body.code }).toEqual({ status: 400, code: 'idempotency_key_required' });
  });
});
