import { randomUUID } from 'node:crypto';
import { PublishProducts } from '../../../src/modules/products/lifecycle/publish-products.task.js';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { until } from '../../support/until.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ worker: true });
});
afterAll(async () => {
  await app.close();
});

const PRODUCTS = '/v1/admin/products';
const staff = () => ({ as: app.adminToken });
const inSeconds = (seconds: number): string => new Date(new Date(presentTime()).getTime() + seconds * 1_000).toISOString();
let passed = 0;
const presentTime = (): string => new Date(Date.now() + passed * 1_000).toISOString();
function pass(seconds: number): void {
  passed += seconds;
  app.clock.advance(seconds);
}

async function make(more: object = {}): Promise<AnswerBody> {
  const body = {
    title: `Planned ${randomUUID()}`,
    variants: [{ sku: randomUUID(), price: { amount: 100, currency: 'EUR' }, stock: 10 }],
    ...more,
  };
  const answer = await app.api.post(PRODUCTS, body, staff());
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body;
}

const read = async (id: unknown): Promise<AnswerBody> => (await app.api.get(`${PRODUCTS}/${String(id)}`, staff())).body;
const inShop = async (product: AnswerBody): Promise<boolean[]> => {
  const byId = await app.api.get(`/v1/products/${String(product.id)}`);
  const bySlug = await app.api.get(`/v1/products/${String(product.slug)}`);
  const list = await app.api.get('/v1/products?limit=100');
  const listed = list.body.data.some(({ id }: { id: string }) => id === product.id);
  const cart = await app.api.post('/v1/carts', { items: [{ variantId: product.variants[0].id, quantity: 1 }] });
  return [byId.status === 200, bySlug.status === 200, listed, cart.status === 201];
};
const eventsOf = async (id: unknown): Promise<string[]> => {
  const rows = await app.database.query<{ type: string }>(
    'SELECT type FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence',
    [id],
  );
  return rows.map(({ type }) => type);
};
const ON_SALE = [true, true, true, true];
const OFF_SALE = [false, false, false, false];

describe('a draft', () => {
  it('is on sale nowhere until it is published, and then everywhere', async () => {
    const draft = await make({ state: 'draft' });
    expect(draft).toMatchObject({ state: 'draft', allowedActions: ['publish', 'archive'], publishAt: null, unpublishAt: null });
    expect(await inShop(draft)).toEqual(OFF_SALE);

    const published = await app.api.post(`${PRODUCTS}/${String(draft.id)}/publish`, undefined, staff());
    const again = await app.api.post(`${PRODUCTS}/${String(draft.id)}/publish`, undefined, staff());

    expect(published.body).toMatchObject({ state: 'active', version: 2 });
    expect(published.headers.etag).toBe('"2"');
    expect(again.body).toMatchObject({ code: 'invalid_state_transition', state: 'active', action: 'publish' });
    expect(await inShop(draft)).toEqual(ON_SALE);
    expect(await eventsOf(draft.id)).toEqual(['product.created', 'product.published']);
  });

  it('is found by its state, and is archived without being published', async () => {
    const draft = await make({ state: 'draft', category: 'Drafts' });

    const found = await app.api.get(`${PRODUCTS}?state=draft&category=Drafts`, staff());
    const archived = await app.api.post(`${PRODUCTS}/${String(draft.id)}/archive`, undefined, staff());

    expect(found.body.data).toMatchObject([{ id: draft.id }]);
    expect(archived.body.state).toBe('archived');
  });

  it.each([
    [{ publishAt: '2030-01-01T00:00:00Z' }, '/publishAt'],
    [{ state: 'draft', publishAt: '2030-01-02T00:00:00Z', unpublishAt: '2030-01-01T00:00:00Z' }, '/unpublishAt'],
    [{ state: 'draft', publishAt: 'tomorrow' }, '/publishAt'],
    [{ state: 'archived' }, '/state'],
  ])('is refused with %j', async (more, pointer) => {
    const { body } = await app.api.post(
      PRODUCTS,
      { title: 'Refused', variants: [{ sku: randomUUID(), price: { amount: 1, currency: 'EUR' } }], ...more },
      staff(),
    );

    expect(body.errors).toMatchObject([{ pointer }]);
  });

  it('takes new times, which must fit each other and its state', async () => {
    const draft = await make({ state: 'draft', publishAt: inSeconds(86_400) });
    const active = await make();
    const change = ({ id, version }: AnswerBody, body: object): Promise<Answer> =>
      app.api.patch(`${PRODUCTS}/${String(id)}`, body, { ...staff(), headers: { 'If-Match': `"${String(version)}"` } });

    const wrong = await change(draft, { unpublishAt: inSeconds(60) });
    const late = await change(active, { publishAt: inSeconds(60) });
    const right = await change(draft, { publishAt: null, unpublishAt: inSeconds(86_400) });

    expect(wrong.body.errors).toMatchObject([{ pointer: '/unpublishAt' }]);
    expect(late.body.errors).toMatchObject([{ pointer: '/publishAt' }]);
    expect(right.body).toMatchObject({ publishAt: null, version: 2 });
  });
});

describe('the time of sale', () => {
  it('begins and ends for readers at its seconds, whatever the task does', async () => {
    await app.nest.get(PublishProducts).run();
    const opened = await make({ state: 'draft', publishAt: inSeconds(-60), unpublishAt: inSeconds(86_400) });
    const early = await make({ state: 'draft', publishAt: inSeconds(3_600) });
    const over = await make({ unpublishAt: inSeconds(-60) });

    expect([await inShop(opened), await inShop(early), await inShop(over)]).toEqual([ON_SALE, OFF_SALE, OFF_SALE]);
  });

  it('is shown in carts that were filled before it ended', async () => {
    const product = await make({ unpublishAt: inSeconds(86_400) });
    const cart = await app.api.post('/v1/carts', { items: [{ variantId: product.variants[0].id, quantity: 1 }] });
    const look = async (): Promise<unknown> => {
      const headers = { 'X-Cart-Token': String(cart.body.token) };
      return (await app.api.get(`/v1/carts/${String(cart.body.id)}`, { headers })).body.items[0].available;
    };
    const before = await look();

    pass(86_401);

    expect([before, await look()]).toEqual([true, false]);
  });

  it('moves the states of products within a minute, and is told once', async () => {
    const draft = await make({ state: 'draft', publishAt: inSeconds(600), unpublishAt: inSeconds(86_400) });
    pass(3_600);
    await until(async () => (await read(draft.id)).state === 'active', 'the draft to be published');
    await Promise.all([app.nest.get(PublishProducts).run(), app.nest.get(PublishProducts).run()]);
    expect(await eventsOf(draft.id)).toEqual(['product.created', 'product.published']);

    pass(86_400);
    await until(async () => (await read(draft.id)).state === 'archived', 'the product to be archived');
    await app.nest.get(PublishProducts).run();

    expect(await eventsOf(draft.id)).toEqual(['product.created', 'product.published', 'product.archived']);
    expect(await read(draft.id)).toMatchObject({ version: 3, allowedActions: ['restore'] });
  });

  it('that is over is taken from a product that is restored', async () => {
    const product = await make({ unpublishAt: inSeconds(-60) });
    await app.nest.get(PublishProducts).run();

    const restored = await app.api.post(`${PRODUCTS}/${String(product.id)}/restore`, undefined, staff());
    await app.nest.get(PublishProducts).run();

    expect(restored.body).toMatchObject({ state: 'active', unpublishAt: null });
    expect((await read(product.id)).state).toBe('active');
  });

  it('moves more products than a batch holds', async () => {
    await app.database.query(
      `INSERT INTO products (id, slug, title, state, publish_at, unpublish_at, created_at, updated_at)
       SELECT gen_random_uuid(), 'many-' || n, 'Many', 'draft', '2020-01-01', '2020-01-02', '2020-01-01', '2020-01-01'
       FROM generate_series(1, 250) n`,
    );

    await app.nest.get(PublishProducts).run();

    const events = await app.database.query(
      `SELECT e.type, count(*)::int AS count FROM outbox_events e JOIN products p ON p.id = e.aggregate_id
       WHERE p.slug LIKE 'many-%' AND p.state = 'archived' GROUP BY e.type ORDER BY e.type`,
    );
    expect(events).toEqual([
      { type: 'product.archived', count: 250 },
      { type: 'product.published', count: 250 },
    ]);
  });
});

describe('the list of the shop', () => {
  it('mixes both in one order, page by page', async () => {
    const category = randomUUID();
    const made: string[] = [];
    for (const more of [{}, { state: 'draft', publishAt: inSeconds(-5) }, {}, { state: 'draft', publishAt: inSeconds(-5) }, {}]) {
      made.unshift(String((await make({ category, ...more })).id));
    }

    const found: string[] = [];
    let path = `/v1/products?limit=2&category=${category}`;
    for (;;) {
      const { body } = await app.api.get(path);
      found.push(...body.data.map(({ id }: { id: string }) => id));
      if (body.nextCursor === null) break;
      path = `/v1/products?limit=2&category=${category}&cursor=${String(body.nextCursor)}`;
    }

    expect(found).toEqual(made);
  });
});
