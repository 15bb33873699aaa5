import fc from 'fast-check';
import { startApp, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { aCart, aPlacedOrder } from '../support/builders/orders.js';

/** Calls of each kind; `FUZZ_RUNS` makes more of them. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 400);

let app: TestApp;
let ids: string[];
let routes: { method: 'GET' | 'POST' | 'PATCH' | 'DELETE'; path: string }[];

beforeAll(async () => {
  app = await startApp();
  const { product, variantId } = await aProductOnSale(app);
  const cart = await aCart(app, variantId);
  const order = await aPlacedOrder(app);
  ids = [String(product.id), variantId, cart.id, order.id, String(product.slug)];
  const documents = await Promise.all(['/docs-json', '/docs/admin-json'].map((path) => app.api.get(path)));
  routes = documents.flatMap(({ body }) =>
    Object.entries(body.paths as Record<string, object>).flatMap(([path, item]) =>
      Object.keys(item).map((method) => ({ method: method.toUpperCase() as 'GET', path })),
    ),
  ).filter(({ path }) => path !== '/v1/auth/sign-out'); // ends the session of the calls after it
});
afterAll(async () => {
  await app.close();
});

const nasty = fc.oneof(
  fc.constantFrom(
    '',
    '\u0000',
    '../../etc/passwd',
    "'; DROP TABLE orders; --",
    '%00',
    '%',
    '\\',
    '🛒'.repeat(50),
    'שלום עולם',
    'x'.repeat(400),
    '__proto__',
    '-1',
    '1e309',
    '9007199254740992',
    'true',
    'null',
    '2026-13-45T99:99:99Z',
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

const names = fc.constantFrom(
  'title', 'variants', 'sku', 'price', 'amount', 'currency', 'items', 'variantId', 'quantity', 'email', 'cartId',
  'shippingAddress', 'payment', 'provider', 'lines', 'lineId', 'delta', 'reason', 'options', 'slug', 'stock', 'grant_type',
);

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    nasty,
    fc.constantFrom(-1, 0, 1.5, 2 ** 53, -(2 ** 53), 1e300, null, true, false, [], {}),
    fc.integer(),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(names, tie('any'), { maxKeys: 5 }),
  ),
})).any;

const query = fc.dictionary(fc.constantFrom('limit', 'cursor', 'q', 'sort', 'state', 'email', 'number', 'x'), nasty, {
  maxKeys: 3,
});

/** Without lone surrogates, which cannot be sent in an address. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, '');
}

describe('bad input', () => {
  it('is refused with a documented problem, whatever it is, by whoever it is sent', async () => {
    const call = fc.record({
      route: fc.nat(),
      segments: fc.array(fc.oneof(fc.nat({ max: 9 }), nasty), { minLength: 2, maxLength: 2 }),
      body: value,
      query,
      signedIn: fc.boolean(),
      header: nasty,
    });

    await fc.assert(
      fc.asyncProperty(call, async ({ route, segments, body, query: parameters, signedIn, header }) => {
        const { method, path } = routes[route % routes.length]!;
        const rest = [...segments];
        const filled = path.replace(/\{\w+\}/g, () => {
          const segment = rest.shift();
          const raw = typeof segment === 'number' ? (ids[segment % ids.length] ?? '') : (segment ?? '');
          return encodeURIComponent(wellFormed(raw) || '-');
        });
        const pairs = Object.entries(parameters).map(([name, text]): [string, string] => [name, wellFormed(text)]);
        const search = new URLSearchParams(pairs).toString();
        const headers: Record<string, string> = {
          'content-type': 'application/json',
          'Idempotency-Key': `fuzz-${String(route)}-${String(segments[0]).length.toString()}`,
          'X-Cart-Token': header.replace(/[^\x20-\x7e]/g, ''),
          'If-Match': '"1"',
        };

        const answer = await app.api.raw(
          method,
          search ? `${filled}?${search}` : filled,
          method === 'GET' || method === 'DELETE' ? undefined : JSON.stringify(body),
          { ...(signedIn ? { as: app.adminToken } : {}), headers },
        );

        expect({ method, filled, body, status: answer.status < 500 }).toEqual({ method, filled, body, status: true });
      }),
      { numRuns: RUNS },
    );
  }, 300_000);
});
