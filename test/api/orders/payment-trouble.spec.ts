import { PAYMENT_PROVIDERS, type PaymentProvider } from '../../../src/modules/payments/index.js';
import { OrderSettlementService } from '../../../src/modules/orders/index.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { aCapturedOrder, aPlacedOrder, orderItems } from '../../support/builders/orders.js';

let app: TestApp;
let provider: PaymentProvider;
let perform: PaymentProvider['perform'];

beforeAll(async () => {
  app = await startApp();
  [provider] = app.nest.get<[PaymentProvider]>(PAYMENT_PROVIDERS, { strict: false });
  perform = provider.perform.bind(provider);
});
afterEach(() => {
  provider.perform = perform;
});
afterAll(async () => {
  await app.close();
});

const ACTIONS = [
  ['capture', aPlacedOrder, 'authorised'],
  ['cancel', aPlacedOrder, 'authorised'],
  ['refunds', aCapturedOrder, 'captured'],
] as const;

const act = (id: string, action: string, key?: string) =>
  app.api.post(`/v1/admin/orders/${id}/${action}`, undefined, {
    as: app.adminToken,
    headers: key === undefined ? {} : { 'Idempotency-Key': key },
  });

const paymentState = async (orderId: string): Promise<string | undefined> => {
  const [payment] = await app.database.query<{ state: string }>('SELECT state FROM payments WHERE order_id = $1', [
    orderId,
  ]);
  return payment?.state;
};

describe.each(ACTIONS)('POST /v1/admin/orders/{id}/%s, when the provider makes trouble', (action, anOrder, before) => {
  it('says that the provider refused, and moves no money', async () => {
    const { id } = await anOrder(app);
    provider.perform = () => Promise.resolve({ succeeded: false, failure: 'refused' });

    const { status, body } = await act(id, action);

    expect(status).toBe(402);
    expect(body).toMatchObject({ code: 'payment_declined', orderId: id, reason: 'refused' });
    expect(await paymentState(id)).toBe(before);
  });

  it('says that the provider does not answer, and a repeat with the same key goes on', async () => {
    const { id } = await anOrder(app);
    const key = `trouble-${id}`;
    provider.perform = () => Promise.reject(new Error('time-out'));
    const failed = await act(id, action, key);
    provider.perform = perform;

    const repeated = await act(id, action, key);

    expect(failed.status).toBe(503);
    expect(failed.body.code).toBe('payment_provider_unavailable');
    expect(repeated.status).toBeLessThan(300);
    const operations = await app.database.query(
      `SELECT o.state FROM payment_operations o JOIN payments p ON p.id = o.payment_id
       WHERE p.order_id = $1 AND o.kind NOT IN ('authorise', $2)`,
      [id, action === 'refunds' ? 'capture' : 'none'],
    );
    expect(operations).toEqual([{ state: 'succeeded' }]);
  });

  it('refuses a second call while one has not ended', async () => {
    const { id } = await anOrder(app);
    provider.perform = () => Promise.reject(new Error('time-out'));
    await act(id, action === 'cancel' ? 'capture' : action);
    provider.perform = perform;

    const { status, body } = await act(id, action);

    expect(status).toBe(409);
    expect(body.code).toBe('payment_in_progress');
    expect(await paymentState(id)).toBe(before);
  });
});

describe('POST /v1/orders, when the provider does not answer', () => {
  const orderWithoutAnswer = async (key: string) => {
    const { variantId } = await aProductOnSale(app);
    provider.perform = () => Promise.reject(new Error('time-out'));
    const answer = await orderItems(app, [{ variantId, quantity: 1 }], { key });
    provider.perform = perform;
    return { answer, variantId };
  };
  const ordersOf = (variantId: string) =>
    app.database.query(
      `SELECT o.id, o.state, p.state AS payment FROM orders o JOIN order_lines l ON l.order_id = o.id
       JOIN payments p ON p.order_id = o.id WHERE l.variant_id = $1`,
      [variantId],
    );

  it('says so, keeps the order and its stock, and a repeat with the same key goes on with it', async () => {
    const { answer, variantId } = await orderWithoutAnswer('no-answer');
    const [kept] = await ordersOf(variantId);

    const repeated = await orderItems(app, [{ variantId, quantity: 1 }], { key: 'no-answer' });

    expect(answer.status).toBe(503);
    expect(answer.body.code).toBe('payment_provider_unavailable');
    expect(answer.headers['retry-after']).toBe('1');
    expect(kept).toMatchObject({ state: 'pending_payment', payment: 'pending' });
    expect(repeated.status).toBe(201);
    expect(await ordersOf(variantId)).toEqual([{ id: kept?.id as string, state: 'placed', payment: 'authorised' }]);
    expect(repeated.body.id).toBe(kept?.id);
  });

  it('is finished by the worker where no repeat comes', async () => {
    const { variantId } = await orderWithoutAnswer('no-repeat');

    const finished = await app.nest.get(OrderSettlementService, { strict: false }).recover(0);

    expect(finished).toBeGreaterThanOrEqual(1);
    expect(await ordersOf(variantId)).toMatchObject([{ state: 'placed', payment: 'authorised' }]);
  });
});
