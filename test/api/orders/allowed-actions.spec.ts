import { PAYMENT_PROVIDERS, type PaymentProvider } from '../../../src/modules/payments/index.js';
import { startApp, type TestApp } from '../../support/app.js';
import type { Answer } from '../../support/api-client.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { aCancelledOrder, aCapturedOrder, aFulfilledOrder, aPlacedOrder, orderItems, staffDoes } from '../../support/builders/orders.js';
import { faultsInTheBooks } from '../../support/ledger.js';

let app: TestApp;
let provider: PaymentProvider;
let perform: PaymentProvider['perform'];

beforeAll(async () => {
  app = await startApp();
  [provider] = app.nest.get<[PaymentProvider]>(PAYMENT_PROVIDERS, { strict: false });
  perform = provider.perform.bind(provider);
});
afterAll(async () => {
  await app.close();
});

const ACTIONS = ['fulfil', 'cancel', 'capture', 'refund'] as const;
const PATHS = { fulfil: 'fulfilments', cancel: 'cancel', capture: 'capture', refund: 'refunds' } as const;

const act = (id: string, action: (typeof ACTIONS)[number]): Promise<Answer> =>
  app.api.post(`/v1/admin/orders/${id}/${PATHS[action]}`, undefined, { as: app.adminToken });

/** An order of two units, one of which was shipped. */
async function aPartlyShippedOrder(): Promise<string> {
  const { id, body } = await aPlacedOrder(app, { quantity: 2, amount: 500 });
  await staffDoes(app, id, 'fulfilments', { lines: [{ lineId: body.lines[0].id, quantity: 1 }] });
  return id;
}

async function then(id: string, ...actions: ('capture' | 'fulfilments' | 'refunds')[]): Promise<string> {
  for (const action of actions) await staffDoes(app, id, action);
  return id;
}

async function partlyRefunded(id: string): Promise<string> {
  await staffDoes(app, id, 'refunds', { amount: { amount: 1, currency: 'EUR' } });
  return id;
}

/** Runs something while the payment provider answers otherwise. */
async function whileProvider<T>(answers: PaymentProvider['perform'], work: () => Promise<T>): Promise<T> {
  provider.perform = answers;
  try {
    return await work();
  } finally {
    provider.perform = perform;
  }
}

async function aPendingOrder(): Promise<string> {
  const { variantId } = await aProductOnSale(app);
  await whileProvider(() => Promise.reject(new Error('time-out')), () => orderItems(app, [{ variantId, quantity: 1 }]));
  const [order] = await app.database.query<{ id: string }>('SELECT order_id AS id FROM order_lines WHERE variant_id = $1', [variantId]);
  return order?.id ?? '';
}

async function aDeclinedOrder(): Promise<string> {
  const { variantId } = await aProductOnSale(app);
  const { body } = await orderItems(app, [{ variantId, quantity: 1 }], { payment: { provider: 'test', token: 'tok_declined' } });
  return String(body.orderId);
}

/** Cancelled by staff, and the provider would not give the money back. */
async function cancelledUnreturned(id: string): Promise<string> {
  await whileProvider(() => Promise.resolve({ succeeded: false, failure: 'refused' }), () => act(id, 'cancel'));
  return id;
}

const STATES: readonly (readonly [string, () => Promise<string>, readonly string[]])[] = [
  ['waits for its payment', aPendingOrder, []],
  ['was declined', aDeclinedOrder, []],
  ['is placed', async () => (await aPlacedOrder(app)).id, ['fulfil', 'cancel', 'capture']],
  ['is captured', async () => (await aCapturedOrder(app)).id, ['fulfil', 'cancel', 'refund']],
  ['is refunded in part', async () => partlyRefunded((await aCapturedOrder(app)).id), ['fulfil', 'cancel', 'refund']],
  ['is refunded', async () => then((await aCapturedOrder(app)).id, 'refunds'), ['fulfil', 'cancel']],
  ['is partly shipped', aPartlyShippedOrder, ['fulfil', 'capture']],
  ['is partly shipped and captured', async () => then(await aPartlyShippedOrder(), 'capture'), ['fulfil', 'refund']],
  ['is shipped', async () => (await aFulfilledOrder(app)).id, ['capture']],
  ['is shipped and captured', async () => then((await aFulfilledOrder(app)).id, 'capture'), ['refund']],
  ['is shipped and refunded', async () => then((await aFulfilledOrder(app)).id, 'capture', 'refunds'), []],
  ['is cancelled', async () => (await aCancelledOrder(app)).id, []],
  ['is cancelled with its money still taken', async () => cancelledUnreturned((await aCapturedOrder(app)).id), ['refund']],
];

describe('allowedActions', () => {
  it.each(STATES)('of an order that %s name what staff can do with it, and nothing else', async (_state, anOrder, allowed) => {
    const { body } = await app.api.get(`/v1/admin/orders/${await anOrder()}`, { as: app.adminToken });
    const outcomes: Record<string, unknown> = {};
    for (const action of ACTIONS) {
      const answer = await act(await anOrder(), action);
      outcomes[action] = answer.status < 300 ? 'done' : answer.status;
    }

    expect(body.allowedActions).toEqual(allowed);
    expect(outcomes).toEqual(Object.fromEntries(ACTIONS.map((action) => [action, allowed.includes(action) ? 'done' : 409])));
  });

  it('leave the books in order, whatever was tried', async () => {
    for (const [, anOrder] of STATES) {
      const id = await anOrder();
      for (const action of ACTIONS) await act(id, action);
    }

    expect(await faultsInTheBooks(app.database)).toEqual([]);
  });
});
