import { startApp, type TestApp } from '../../support/app.js';
import type { Answer } from '../../support/api-client.js';
import {
  aCancelledOrder,
  aCapturedOrder,
  aFulfilledOrder,
  aPlacedOrder,
  orderItems,
  staffDoes,
} from '../../support/builders/orders.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { faultsInTheBooks } from '../../support/ledger.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const act = (id: string, action: string, body?: unknown): Promise<Answer> =>
  app.api.post(`/v1/admin/orders/${id}/${action}`, body, { as: app.adminToken });
const euros = (amount: number) => ({ amount, currency: 'EUR' });
const stockOf = async (variantId: string) =>
  (await app.database.query('SELECT on_hand, reserved FROM stock_levels WHERE variant_id = $1', [variantId]))[0];
const ledgerOf = (orderId: string) =>
  app.database.query('SELECT account, amount::int FROM ledger_entries WHERE order_id = $1 ORDER BY created_at, account', [orderId]);

afterEach(async () => {
  expect(await faultsInTheBooks(app.database)).toEqual([]);
});

describe('capture', () => {
  it('takes the authorised amount once, and books it', async () => {
    const order = await aPlacedOrder(app, { quantity: 2, amount: 1999 });

    const { status, body } = await act(order.id, 'capture');
    const again = await act(order.id, 'capture');

    expect(status).toBe(200);
    expect(body.payment).toMatchObject({ state: 'captured', captured: euros(3998), refunded: euros(0) }); // 2 × 1999
    expect(body.allowedActions).toEqual(['fulfil', 'cancel', 'refund']);
    expect(again.body).toMatchObject({ code: 'invalid_state_transition', state: 'captured', action: 'capture' });
    expect(await ledgerOf(order.id)).toEqual([
      { account: 'provider_balance', amount: 3998 },
      { account: 'sales', amount: -3998 },
    ]);
  });

  it('is refused for a cancelled order', async () => {
    const order = await aCancelledOrder(app);

    expect((await act(order.id, 'capture')).body).toMatchObject({ code: 'invalid_state_transition', state: 'cancelled' });
  });
});

describe('refund', () => {
  it('gives captured money back in parts, never more than was captured', async () => {
    const order = await aCapturedOrder(app, { quantity: 1, amount: 1000 });

    const part = await act(order.id, 'refunds', { amount: euros(300), reason: 'A scratch.' });
    const tooMuch = await act(order.id, 'refunds', { amount: euros(701) });
    const rest = await act(order.id, 'refunds');
    const none = await act(order.id, 'refunds');

    expect(part.status).toBe(201);
    expect(part.body.payment).toMatchObject({ state: 'partially_refunded', refunded: euros(300) });
    expect(tooMuch.body).toMatchObject({ code: 'refund_exceeds_capture', refundable: euros(700) }); // 1000 − 300
    expect(rest.body.payment).toMatchObject({ state: 'refunded', refunded: euros(1000) });
    expect(none.body.code).toBe('invalid_state_transition');
    const balance = (await ledgerOf(order.id)).filter(({ account }) => account === 'provider_balance');
    expect(balance.map(({ amount }) => amount as number)).toEqual([1000, -300, -700]);
  });

  it('is refused before the capture, and in another currency', async () => {
    const placed = await aPlacedOrder(app);
    const captured = await aCapturedOrder(app);

    expect((await act(placed.id, 'refunds')).body.code).toBe('invalid_state_transition');
    expect((await act(captured.id, 'refunds', { amount: { amount: 1, currency: 'USD' } })).body.code).toBe('currency_mismatch');
  });

  it.each([{ amount: euros(0) }, { amount: euros(-5) }, { amount: euros(1.5) }, { amount: 5 }, { reason: '' }, { x: 1 }])(
    'refuses %j',
    async (input) => {
      const order = await aCapturedOrder(app);

      expect((await act(order.id, 'refunds', input)).body.code).toBe('invalid_request');
    },
  );
});

describe('cancel', () => {
  it('frees the stock and voids the payment of an order that was only authorised', async () => {
    const order = await aPlacedOrder(app, { quantity: 2 });

    const { status, body } = await act(order.id, 'cancel', { reason: 'Changed their mind.' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'cancelled', payment: { state: 'voided' }, allowedActions: [] });
    expect(await stockOf(order.variantId)).toEqual({ on_hand: 100, reserved: 0 });
    expect(await ledgerOf(order.id)).toEqual([]);
  });

  it('refunds whole what was captured', async () => {
    const order = await aCapturedOrder(app, { quantity: 1, amount: 1000 });
    await act(order.id, 'refunds', { amount: euros(400) });

    const { body } = await act(order.id, 'cancel');

    expect(body).toMatchObject({ state: 'cancelled', payment: { state: 'refunded', refunded: euros(1000) } });
  });

  it('is refused once something was shipped, or twice', async () => {
    const [fulfilled, cancelled] = [await aFulfilledOrder(app), await aCancelledOrder(app)];

    expect((await act(fulfilled.id, 'cancel')).body).toMatchObject({ code: 'invalid_state_transition', state: 'fulfilled' });
    expect((await act(cancelled.id, 'cancel')).body).toMatchObject({ code: 'invalid_state_transition', state: 'cancelled' });
  });

  it.each([{ reason: 5 }, { reason: 'x'.repeat(501) }, { refund: false }])('refuses %j', async (input) => {
    const order = await aPlacedOrder(app);

    expect((await act(order.id, 'cancel', input)).status).toBe(400);
    expect((await app.api.get(`/v1/admin/orders/${order.id}`, { as: app.adminToken })).body.state).toBe('placed');
  });
});

describe('fulfil', () => {
  it('ships all that is left, and takes it out of the house', async () => {
    const order = await aPlacedOrder(app, { quantity: 2 });

    const { status, body } = await act(order.id, 'fulfilments', {
      carrier: 'DHL',
      trackingNumber: 'JD014',
      trackingUrl: 'https://track.example.com/JD014',
    });

    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: 'fulfilled',
      lines: [{ quantity: 2, fulfilledQuantity: 2 }],
      fulfilments: [{ carrier: 'DHL', trackingNumber: 'JD014', lines: [{ quantity: 2 }] }],
    });
    expect(await stockOf(order.variantId)).toEqual({ on_hand: 98, reserved: 0 }); // 100 − 2
  });

  it('ships in parts, never more than is left of a line', async () => {
    const [one, two] = [await aProductOnSale(app), await aProductOnSale(app)];
    const { body: order } = await orderItems(app, [
      { variantId: one.variantId, quantity: 3 },
      { variantId: two.variantId, quantity: 1 },
    ]);
    const lineId = String(order.lines[0].id);
    const id = String(order.id);

    const part = await act(id, 'fulfilments', { lines: [{ lineId, quantity: 2 }] });
    const tooMany = await act(id, 'fulfilments', { lines: [{ lineId, quantity: 1 }, { lineId, quantity: 1 }] });
    const foreign = await act(id, 'fulfilments', { lines: [{ lineId: id, quantity: 1 }] });
    const rest = await act(id, 'fulfilments');
    const none = await act(id, 'fulfilments');

    expect(part.body).toMatchObject({ state: 'partially_fulfilled', allowedActions: ['fulfil', 'capture'] });
    expect(tooMany.body).toMatchObject({ code: 'invalid_quantity', lineId, remaining: 1 }); // 3 − 2
    expect(foreign.body).toMatchObject({ code: 'invalid_quantity', lineId: id, remaining: 0 });
    expect(rest.body).toMatchObject({ state: 'fulfilled', lines: [{ fulfilledQuantity: 3 }, { fulfilledQuantity: 1 }] });
    expect(none.body).toMatchObject({ code: 'invalid_state_transition', state: 'fulfilled', action: 'fulfil' });
  });

  it('is refused for a cancelled order', async () => {
    const order = await aCancelledOrder(app);

    expect((await act(order.id, 'fulfilments')).body.code).toBe('invalid_state_transition');
  });

  it.each([{ lines: [] }, { lines: [{ lineId: 'x', quantity: 1 }] }, { trackingUrl: 'javascript:x' }, { carrier: 1 }])(
    'refuses %j',
    async (input) => {
      const order = await aPlacedOrder(app);

      expect((await act(order.id, 'fulfilments', input)).body.code).toBe('invalid_request');
    },
  );
});

describe('the database', () => {
  it('refuses a refund over the capture, an order that does not add up and a posting that does not balance', async () => {
    const order = await aPlacedOrder(app);
    await staffDoes(app, order.id, 'capture');
    const run = (sql: string) => app.database.query(sql, [order.id]);

    await expect(run('UPDATE payments SET refunded_amount = captured_amount + 1 WHERE order_id = $1')).rejects.toThrow('refund_within_capture');
    await expect(run('UPDATE orders SET total_amount = total_amount + 1 WHERE id = $1')).rejects.toThrow('total_adds_up');
    await expect(run('UPDATE order_lines SET total_amount = 1 WHERE order_id = $1')).rejects.toThrow('total_adds_up');
    await expect(
      run(`INSERT INTO ledger_entries (id, posting_id, order_id, account, amount, currency, created_at)
           SELECT gen_random_uuid(), o.id, $1, 'sales', 5, 'EUR', now() FROM payment_operations o
           JOIN payments p ON p.id = o.payment_id WHERE p.order_id = $1 AND o.kind = 'authorise'`),
    ).rejects.toThrow('does not balance');
    await expect(run('DELETE FROM ledger_entries WHERE order_id = $1')).rejects.toThrow('append-only');
  });
});
