import fc from 'fast-check';
import type { Answer } from '../support/api-client.js';
import { startApp, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { aCart, CHECKOUT, orderItems } from '../support/builders/orders.js';
import { faultsInTheBooks } from '../support/ledger.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

/** What somebody does with the shop; `which` picks the order or variant that it is done to. */
const action = fc.record({
  kind: fc.constantFrom('order', 'cart', 'decline', 'capture', 'fulfil', 'ship one', 'cancel', 'refund', 'adjust'),
  which: fc.nat({ max: 5 }),
  quantity: fc.integer({ min: 1, max: 4 }),
  amount: fc.integer({ min: 1, max: 5_000 }),
});

type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

interface Shop {
  readonly variants: string[];
  readonly orders: { id: string; lineId: string }[];
}

/** Does one thing; answers of every kind are fine but a fault of ours. */
async function perform(shop: Shop, { kind, which, quantity, amount }: Action): Promise<Answer | undefined> {
  const variantId = shop.variants[which % shop.variants.length] ?? '';
  const order = shop.orders[which % Math.max(1, shop.orders.length)];
  const staff = { as: app.adminToken };
  const remember = (answer: Answer): Answer => {
    if (answer.status === 201) shop.orders.push({ id: answer.body.id, lineId: answer.body.lines[0].id });
    return answer;
  };
  switch (kind) {
    case 'order':
      return remember(await orderItems(app, [{ variantId, quantity }]));
    case 'decline':
      return orderItems(app, [{ variantId, quantity }], { payment: { provider: 'test', token: 'tok_declined' } });
    case 'cart': {
      const cart = await aCart(app, variantId, { quantity });
      const headers = { 'Idempotency-Key': `property-${cart.id}`, 'X-Cart-Token': cart.token };
      return remember(await app.api.post('/v1/orders', { ...CHECKOUT, cartId: cart.id }, { headers }));
    }
    case 'adjust':
      return app.api.post(`/v1/admin/stock/${variantId}/adjustments`, { delta: quantity - 3 || 1 }, staff);
    default:
      return order && performOnOrder(order, { kind, quantity, amount });
  }
}

function performOnOrder(
  { id, lineId }: { id: string; lineId: string },
  { kind, quantity, amount }: Pick<Action, 'kind' | 'quantity' | 'amount'>,
): Promise<Answer> {
  const staff = { as: app.adminToken };
  const path = `/v1/admin/orders/${id}`;
  if (kind === 'ship one') return app.api.post(`${path}/fulfilments`, { lines: [{ lineId, quantity }] }, staff);
  if (kind === 'refund') return app.api.post(`${path}/refunds`, { amount: { amount, currency: 'EUR' } }, staff);
  if (kind === 'fulfil') return app.api.post(`${path}/fulfilments`, undefined, staff);
  return app.api.post(`${path}/${kind}`, undefined, staff);
}

describe('whatever is done to a shop', () => {
  it('its stock, its totals and its ledger add up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 40 }), async (actions) => {
        const made = await Promise.all([3, 8].map((stock) => aProductOnSale(app, { stock, amount: 1999 })));
        const shop: Shop = { variants: made.map(({ variantId }) => variantId), orders: [] };

        for (const one of actions) {
          const answer = await perform(shop, one);
          expect(answer?.status ?? 200).toBeLessThan(500);
        }

        expect(await faultsInTheBooks(app.database)).toEqual([]);
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});
