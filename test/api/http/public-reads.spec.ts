import { RouteRegistry } from '../../../src/infrastructure/http/route-registry.js';
import { startApp, type TestApp } from '../../support/app.js';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { aCustomer } from '../../support/builders/people.js';
import { aCategory, aCollection, aProductIn } from '../../support/builders/shelves.js';

/** Headers that differ from one call or caller to the next. */
const OF_THE_CALL = ['connection', 'date', 'keep-alive', 'ratelimit', 'x-request-id'];
/** What clients ask of any read: what it knows, what it does not, and what is wrong. */
const QUERIES = [
  '', '?locale=de', '?locale=xx', '?currency=USD', '?currency=JPY', '?fields=id', '?fields=id,slug', '?fields=nothing', '?fields=',
  '?limit=1', '?limit=0', '?limit=1&limit=2', '?cursor=x', '?q=linen', '?q=linen&facets=true', '?explain=true', '?unknown=1', '?dryRun=true',
  '?__proto__=1', '?sort=price', '?sort=nothing', '?%zz=%',
];

const HEADERS: Readonly<Record<string, string>>[] = [{}, { 'accept-language': 'de' }, { 'if-none-match': '*' }];

let app: TestApp;
let paths: string[];
let token: string;

beforeAll(async () => {
  app = await startApp({ env: { LOCALES: 'en,de', CURRENCIES: 'EUR,USD' } });
  const category = await aCategory(app);
  const collection = await aCollection(app);
  const product: AnswerBody = await aProductIn(app, [category.id as string]);
  const options = { as: app.adminToken, headers: { 'If-Match': '*' } };
  await app.api.patch(`/v1/admin/products/${String(product.id)}`, { slug: 'linen-shirt-anew' }, options);
  const known: Record<string, string[]> = {
    '/v1/products/:idOrSlug': [String(product.id), 'linen-shirt-anew', String(product.slug), 'no-such-product', 'x'.repeat(300)],
    '/v1/categories/:idOrSlug': [String(category.id)],
    '/v1/collections/:idOrSlug': [String(collection.id)],
  };
  const routes = app.nest.get(RouteRegistry).routes();
  const reads = routes.filter(({ method, operation }) => method === 'GET' && operation.etag === 'content');
  paths = reads.flatMap(({ path }) => {
    const begin = Object.keys(known).find((known) => path.startsWith(known));
    return begin === undefined ? [path] : (known[begin] ?? []).map((id) => path.replace(/:\w+/, id));
  });
  token = (await aCustomer(app)).token;
});
afterAll(async () => {
  await app.close();
});

function told({ status, headers, text, body }: Answer): unknown {
  const kept = Object.entries(headers).filter(([name]) => !OF_THE_CALL.includes(name));
  // The answer of a fault names its call.
  const said: unknown = status >= 400 ? { ...(body as object), requestId: null } : text;
  return { status, headers: Object.fromEntries(kept.sort()), said };
}

describe('a read of the catalogue', () => {
  it('is answered to a guest, by a shorter way, just as to everybody else', async () => {
    expect(paths.length).toBeGreaterThan(12);
    for (const path of paths) {
      for (const query of QUERIES) {
        for (const headers of HEADERS) {
          const [guest, customer] = [await app.api.get(path + query, { headers }), await app.api.get(path + query, { headers, as: token })];
          expect({ path: path + query, ...(told(guest) as object) }).toEqual({ path: path + query, ...(told(customer) as object) });
          expect(guest.headers.ratelimit).toMatch(/^"read";r=\d+;t=\d+$/);
        }
      }
    }
  });

  it('refuses a guest who presents a token that is not good', async () => {
    for (const path of paths) expect((await app.api.get(path, { as: 'not-a-token' })).status).toBe(401);
  });
});
