import { Notifications } from '../../../src/infrastructure/database/notifications.js';
import { ProductCache } from '../../../src/modules/products/cache/product-cache.js';
import type { Answer } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale, type SimpleProduct } from '../../support/builders/catalogue.js';
import { logStatements } from '../../support/sql-log.js';
import { until } from '../../support/until.js';

let first: TestApp;
let second: TestApp;
// Closed at the end: signing in belongs to the application that was started last.
const others: TestApp[] = [];

beforeAll(async () => {
  first = await startApp();
  second = await startApp({ database: first.database });
});
afterAll(async () => {
  for (const app of [...others, second]) await app.close();
  await first.close();
});

const read = ({ api }: TestApp, { product }: SimpleProduct, headers: Record<string, string> = {}): Promise<Answer> =>
  api.get(`/v1/products/${String(product.id)}`, { headers });

async function setPrice({ api, adminToken }: TestApp, { product, variantId }: SimpleProduct, amount: number): Promise<void> {
  const { status } = await api.patch(
    `/v1/admin/products/${String(product.id)}/variants/${variantId}`,
    { price: { amount, currency: 'EUR' } },
    { as: adminToken, headers: { 'If-Match': '*' } },
  );
  expect(status).toBe(200);
}

const priceOf = ({ body }: Answer): number => body.variants[0].price.amount as number;
const reads = (statements: string[]): string[] => statements.filter((sql) => sql.includes('FROM products'));

/** A shop that keeps answers for so long that only a notice can end them. */
async function startPatient(env: Record<string, string> = {}): Promise<TestApp> {
  const app = await startApp({ database: first.database, env: { PRODUCT_CACHE_MS: '60000', ...env } });
  others.push(app);
  return app;
}

/** Waits until the notices are heard and a kept answer is served. */
async function untilKept(app: TestApp, product: SimpleProduct): Promise<void> {
  await read(app, product);
  await until(() => app.nest.get(Notifications).catchUp(), 'the notices to be heard');
  await until(async () => reads(await logStatements(() => read(app, product))).length === 0, 'the answer to be kept');
}

describe('a product that is read again', () => {
  it('is answered without a statement, by id and by slug', async () => {
    const product = await aProductOnSale(first);
    const bySlug = (): Promise<Answer> => first.api.get(`/v1/products/${String(product.product.slug)}`);
    await untilKept(first, product);
    await bySlug();

    const statements = await logStatements(async () => {
      expect((await bySlug()).text).toBe((await read(first, product)).text);
    });

    expect(statements).toEqual([]);
  });

  it('is answered 304 without a statement to who has it', async () => {
    const product = await aProductOnSale(first);
    await untilKept(first, product);
    const { headers } = await read(first, product);

    const statements = await logStatements(async () => {
      const { status, text } = await read(first, product, { 'If-None-Match': headers.etag ?? '' });
      expect({ status, text }).toEqual({ status: 304, text: '' });
    });

    expect(statements).toEqual([]);
  });

  it('is answered with the fields that are asked for', async () => {
    const product = await aProductOnSale(first, { title: 'Chosen' });
    await untilKept(first, product);

    const { body, headers } = await first.api.get(`/v1/products/${String(product.product.id)}?fields=id,title`);

    expect(body).toEqual({ id: product.product.id, title: 'Chosen' });
    expect(headers.etag).not.toBe((await read(first, product)).headers.etag);
  });
});

describe('a change of a product', () => {
  it('is seen by the next read of the process that made it', async () => {
    const product = await aProductOnSale(first);
    for (let amount = 1; amount <= 20; amount += 1) {
      await read(first, product);
      await setPrice(first, product, amount);
      expect(priceOf(await read(first, product))).toBe(amount);
    }
  });

  it('is heard of by every other process', async () => {
    const patient = await startPatient();
    const product = await aProductOnSale(first);
    await untilKept(patient, product);

    await setPrice(first, product, 4_711);

    await until(async () => priceOf(await read(patient, product)) === 4_711, 'the new price');
  });

  it.each([
    ['its archive', (id: string) => first.api.post(`/v1/admin/products/${id}/archive`, undefined, { as: first.adminToken })],
    ['a statement by hand', (id: string) => first.database.query(`UPDATE products SET state = 'archived' WHERE id = $1`, [id])],
  ])('such as %s ends its answer', async (_, change) => {
    const patient = await startPatient();
    const product = await aProductOnSale(first);
    await untilKept(patient, product);

    await change(String(product.product.id));

    await until(async () => (await read(patient, product)).status === 404, 'the product to be gone');
  });

  it('such as the sale of its last unit is seen, and no other sale is told of', async () => {
    const patient = await startPatient();
    const product = await aProductOnSale(first, { stock: 2 });
    await untilKept(patient, product);
    const take = (delta: number): Promise<Answer> =>
      first.api.post(`/v1/admin/stock/${product.variantId}/adjustments`, { delta }, { as: first.adminToken });

    await take(-1);
    const kept = await logStatements(() => read(patient, product));
    await take(-1);

    expect(reads(kept)).toEqual([]);
    await until(async () => (await read(patient, product)).body.variants[0].inStock === false, 'the product to be sold out');
  });

  it('is never followed by an older answer, however reads and changes meet', async () => {
    const product = await aProductOnSale(first, { amount: 1 });
    let written = 1;
    let done = false;
    const writer = async (): Promise<void> => {
      for (let amount = 2; amount <= 40; amount += 1) {
        await setPrice(first, product, amount);
        written = amount;
      }
      done = true;
    };
    const reader = (): Promise<boolean> =>
      until(async () => {
        const known = written;
        expect(priceOf(await read(first, product))).toBeGreaterThanOrEqual(known);
        return done;
      }, 'the writer to end');

    await Promise.all([writer(), reader(), reader(), reader()]);

    expect(priceOf(await read(first, product))).toBe(40);
    await until(async () => priceOf(await read(second, product)) === 40, 'the last price in the other process');
  });
});

describe('five hundred clients', () => {
  it('who ask for one product at once make one statement', async () => {
    const patient = await startPatient();
    const product = await aProductOnSale(first);
    await untilKept(patient, product);
    await setPrice(first, product, 55);
    await until(() => patient.nest.get(Notifications).catchUp(), 'the notice of the change');

    const statements = await logStatements(async () => {
      const answers = await Promise.all(Array.from({ length: 500 }, () => read(patient, product)));
      expect(answers.map(priceOf)).toEqual(answers.map(() => 55));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    });

    expect(reads(statements)).toHaveLength(1);
  });
});

describe('while the notices are lost', () => {
  const listeners = `FROM pg_stat_activity WHERE application_name = 'orderly listener' AND datname = current_database()`;

  it('an answer ends by its age', async () => {
    const hasty = await startPatient({ PRODUCT_CACHE_MS: '300' });
    const product = await aProductOnSale(first);
    await untilKept(hasty, product);

    // For good, so that only its age can end the answer.
    await hasty.nest.get(Notifications).beforeApplicationShutdown();
    await setPrice(second, product, 99);

    await until(async () => priceOf(await read(hasty, product)) === 99, 'the new price');
  });

  it('an answer from before ends when they are heard again', async () => {
    const patient = await startPatient();
    const product = await aProductOnSale(first);
    await untilKept(patient, product);

    await first.database.query(`SELECT pg_terminate_backend(pid) ${listeners}`);
    await setPrice(second, product, 77);

    await until(async () => priceOf(await read(patient, product)) === 77, 'the new price');
  });
});

describe('the kept answers', () => {
  it('stay within their bytes, whatever is read', async () => {
    const small = await startPatient({ PRODUCT_CACHE_MIB: '1' });
    const { body } = await first.api.post(
      '/v1/admin/products',
      { title: 'Long', description: 'x'.repeat(49_000), variants: [{ sku: 'LONG', price: { amount: 1, currency: 'EUR' } }] },
      { as: first.adminToken },
    );
    await first.database.query(
      `INSERT INTO products (id, slug, title, description, state, created_at, updated_at)
       SELECT gen_random_uuid(), 'long-' || n, 'Long', p.description, 'active', now(), now()
       FROM generate_series(1, 60) n CROSS JOIN products p WHERE p.id = $1`,
      [body.id],
    );
    const cache = small.nest.get(ProductCache);

    for (let n = 1; n <= 60; n += 1) {
      expect((await small.api.get(`/v1/products/long-${String(n)}`)).status).toBe(200);
      expect(cache.bytes).toBeLessThanOrEqual(1_048_576);
    }

    expect(cache.bytes).toBeGreaterThan(800_000);
  });
});
