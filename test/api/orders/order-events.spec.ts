import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { aCapturedOrder, aPlacedOrder, orderItems, staffDoes } from '../../support/builders/orders.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const eur = (amount: number) => ({ amount: { amount, currency: 'EUR' } });

/** The events of an order and of its payment: their sequences without a gap, and what each says. */
async function eventsOf(orderId: string) {
  return app.database.query<{ type: string; sequence: number; payload: Record<string, unknown> }>(
    `SELECT aggregate_type || ' ' || sequence AS step, type, payload FROM outbox_events
     WHERE aggregate_id IN ($1, (SELECT id FROM payments WHERE order_id = $1)) ORDER BY position`,
    [orderId],
  );
}

/** What each event of an order's payment says beside its amount. */
async function idsOf(orderId: string) {
  const [ids] = await app.database.query<{ paymentId: string; operations: Record<string, string> }>(
    `SELECT p.id AS "paymentId", jsonb_object_agg(o.kind, o.id) AS operations
     FROM payments p JOIN payment_operations o ON o.payment_id = p.id WHERE p.order_id = $1 GROUP BY p.id`,
    [orderId],
  );
  return (kind: string, amount: number) => ({
    paymentId: ids?.paymentId,
    orderId,
    operationId: ids?.operations[kind],
    amount,
    currency: 'EUR',
  });
}

describe('the events of an order', () => {
  it('tell of its placing, capture, shipping and refund in order, with ids and amounts alone', async () => {
    const { id, body } = await aPlacedOrder(app, { quantity: 2, amount: 500 });
    await staffDoes(app, id, 'capture');
    await staffDoes(app, id, 'fulfilments', { lines: [{ lineId: body.lines[0].id, quantity: 1 }] });
    await staffDoes(app, id, 'fulfilments');
    await staffDoes(app, id, 'refunds', eur(300));

    const events = await eventsOf(id);

    const said = await idsOf(id);
    const fulfilments = await app.database.query<{ id: string }>('SELECT id FROM fulfilments WHERE order_id = $1 ORDER BY id', [id]);
    const [part, rest] = fulfilments.map(({ id: fulfilmentId }) => fulfilmentId);
    expect(events).toEqual([
      { step: 'order 1', type: 'order.created', payload: { orderId: id } },
      { step: 'order 2', type: 'order.placed', payload: { orderId: id } },
      { step: 'payment 1', type: 'payment.authorised', payload: said('authorise', 1000) }, // 2 × 500
      { step: 'payment 2', type: 'payment.captured', payload: said('capture', 1000) },
      { step: 'order 3', type: 'order.fulfilled', payload: { orderId: id, fulfilmentId: part, complete: false } },
      { step: 'order 4', type: 'order.fulfilled', payload: { orderId: id, fulfilmentId: rest, complete: true } },
      { step: 'payment 3', type: 'payment.refunded', payload: said('refund', 300) },
    ]);
  });

  it('tell of a payment that was declined, and that the order came to nothing', async () => {
    const { variantId } = await aProductOnSale(app, { amount: 700 });
    const { body } = await orderItems(app, [{ variantId, quantity: 1 }], { payment: { provider: 'test', token: 'tok_declined' } });
    const id = String(body.orderId);

    const events = await eventsOf(id);

    const said = await idsOf(id);
    expect(events).toEqual([
      { step: 'order 1', type: 'order.created', payload: { orderId: id } },
      { step: 'order 2', type: 'order.cancelled', payload: { orderId: id } },
      { step: 'payment 1', type: 'payment.failed', payload: { ...said('authorise', 700), failure: 'card_declined' } },
    ]);
  });

  it.each([
    ['voided', 'void', aPlacedOrder],
    ['refunded', 'refund', aCapturedOrder],
  ])('tell of a cancellation that its money was %s', async (past, kind, anOrder) => {
    const { id } = await anOrder(app, { quantity: 1, amount: 900 });
    await staffDoes(app, id, 'cancel', { reason: 'ada@example.com changed her mind.' });

    const events = await eventsOf(id);

    const said = await idsOf(id);
    expect(events.slice(-2)).toEqual([
      { step: 'order 3', type: 'order.cancelled', payload: { orderId: id } },
      { step: kind === 'void' ? 'payment 2' : 'payment 3', type: `payment.${past}`, payload: said(kind, 900) },
    ]);
  });

  it('are none of a call that was refused', async () => {
    const { variantId } = await aProductOnSale(app, { stock: 1 });
    const { id } = await aPlacedOrder(app, { quantity: 1, amount: 100 });
    const count = () => app.database.query('SELECT count(*)::int AS count FROM outbox_events');
    const before = await count();

    const refused = [
      await orderItems(app, [{ variantId, quantity: 2 }]),
      await app.api.post(`/v1/admin/orders/${id}/refunds`, eur(1), { as: app.adminToken }),
    ];

    expect(refused.map(({ body }) => body.code as string)).toEqual(['insufficient_stock', 'invalid_state_transition']);
    expect(await count()).toEqual(before);
  });
});
