import { PAYMENT_PROVIDERS, type PaymentProvider } from '../../../src/modules/payments/index.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aCapturedOrder, aPlacedOrder } from '../../support/builders/orders.js';

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
