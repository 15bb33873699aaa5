import type { Answer } from '../support/api-client.js';
import { startApp, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { aPlacedOrder } from '../support/builders/orders.js';
import { goodCalls, SEVERAL } from '../support/good-calls.js';
import { everyOperation, FORMS, JSON_BODY, OperationCalls } from '../support/operation-calls.js';

let app: TestApp;
let calls: OperationCalls;

beforeAll(async () => {
  app = await startApp({ env: SEVERAL });
  calls = await OperationCalls.of(app);
});
afterAll(async () => {
  await app.close();
});

/** A fingerprint of every row of every table. */
async function everyRow(): Promise<Record<string, string | null>> {
  const tables = await app.database.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
  );
  const prints: Record<string, string | null> = {};
  for (const { name } of tables) {
    const [row] = await app.database.query<{ print: string | null }>(
      `SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS print FROM ${name} t`,
    );
    prints[name] = row?.print ?? null;
  }
  return prints;
}

describe('a dry run', () => {
  it('answers what each change of staff would answer, and changes nothing', async () => {
    const good = await goodCalls(app);
    const routes = calls.routes.filter(({ dryRun }) => dryRun);
    expect(routes.every(({ path, method }) => path.startsWith('/v1/admin/') && method !== 'GET')).toBe(true);

    await everyOperation(routes, async (route) => {
      const { id } = route.operation;
      if (id in FORMS) return;
      const { path, payload, headers = {} } = good[id]!;
      const type = payload === undefined ? {} : JSON_BODY;
      const send = (query: string): Promise<Answer> =>
        calls.call(route, { as: app.adminToken, path, payload, query, headers: { ...type, ...headers } });
      const before = await everyRow();

      const tried = await send('?dryRun=true');
      expect({ id, changed: await everyRow() }).toEqual({ id, changed: before });
      const done = await send('?dryRun=false');

      expect({ id, status: tried.status, text: tried.text }).toMatchObject({ id, status: route.operation.status ?? 200 });
      expect(tried.headers['dry-run']).toBe('true');
      expect({ id, status: done.status }).toEqual({ id, status: tried.status });
      expect(Object.keys((tried.body ?? {}) as object)).toEqual(Object.keys((done.body ?? {}) as object));
    });
  }, 120_000);

  it.each([
    ['imports', 'createImport', { status: 202, state: 'queued' }],
    ['images', 'createImage', { status: 201, state: 'ready' }],
  ])('of an upload to %s keeps nothing', async (path, id, answer) => {
    const before = await everyRow();
    const { fields, file } = FORMS[id]!;

    const { status, body } = await app.api.postFile(`/v1/admin/${path}?dryRun=true`, fields, file, { as: app.adminToken });

    expect({ status, state: body.state }).toEqual(answer);
    expect(await everyRow()).toEqual(before);
  });

  it('shows the result of work that takes two transactions and a payment provider', async () => {
    const { id } = await aPlacedOrder(app);

    const tried = await app.api.post(`/v1/admin/orders/${id}/cancel?dryRun=true`, {}, { as: app.adminToken });
    const after = await app.api.get(`/v1/admin/orders/${id}`, { as: app.adminToken });

    expect([tried.body.state, tried.body.payment.state]).toEqual(['cancelled', 'voided']);
    expect([after.body.state, after.body.payment.state]).toEqual(['placed', 'authorised']);
  });

  it('refuses what the change would refuse', async () => {
    const { sku } = await aProductOnSale(app);
    const input = { title: 'Again', variants: [{ sku, price: { amount: 1, currency: 'EUR' } }] };

    const taken = await app.api.post('/v1/admin/products?dryRun=true', input, { as: app.adminToken });
    const wrong = await app.api.post('/v1/admin/products?dryRun=perhaps', input, { as: app.adminToken });

    expect(taken.body.code).toBe('sku_taken');
    expect(wrong.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/dryRun' }] });
  });

  it('takes no part in idempotency: the key is free for the change itself', async () => {
    const { product } = await aProductOnSale(app);
    const path = `/v1/admin/products/${String(product.id)}/archive`;
    const options = { as: app.adminToken, headers: { 'Idempotency-Key': 'dry-then-real' } };

    const tried = await app.api.post(`${path}?dryRun=true`, undefined, options);
    const done = await app.api.post(path, undefined, options);

    expect([tried.body.state, done.body.state]).toEqual(['archived', 'archived']);
    expect(done.headers['idempotent-replayed']).toBeUndefined();
  });

  it('is not for what buyers do', async () => {
    const { status, body } = await app.api.post('/v1/carts?dryRun=true', {});

    expect({ status, errors: body.errors }).toEqual({ status: 400, errors: [{ pointer: '/dryRun', detail: 'is not known here' }] });
  });
});
