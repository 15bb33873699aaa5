import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { orderItems } from '../../support/builders/orders.js';
import { faultsInTheBooks } from '../../support/ledger.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const adjust = (variantId: string, body: unknown) =>
  app.api.post(`/v1/admin/stock/${variantId}/adjustments`, body, { as: app.adminToken });

describe('stock', () => {
  it('is read with what is reserved and what is available', async () => {
    const { variantId } = await aProductOnSale(app, { stock: 10 });
    await orderItems(app, [{ variantId, quantity: 3 }]);

    const { status, body } = await app.api.get(`/v1/admin/stock/${variantId}`, { as: app.adminToken });

    expect(status).toBe(200);
    expect(body).toMatchObject({ variantId, onHand: 10, reserved: 3, available: 7 }); // 10 − 3
  });

  it('is added and taken away, each time with a movement that says why and by whom', async () => {
    const { variantId } = await aProductOnSale(app, { stock: 10 });

    await adjust(variantId, { delta: 25, reason: 'received' });
    const { status, body } = await adjust(variantId, { delta: -5 });

    expect(status).toBe(201);
    expect(body).toMatchObject({ onHand: 30, available: 30 }); // 10 + 25 − 5
    const movements = await app.database.query(
      `SELECT m.reason, m.on_hand_delta AS delta, m.actor LIKE 'user:%' AS by_staff FROM stock_movements m
       JOIN stock_levels s ON s.id = m.stock_level_id WHERE s.variant_id = $1 ORDER BY m.id`,
      [variantId],
    );
    expect(movements).toEqual([
      { reason: 'received', delta: 10, by_staff: true },
      { reason: 'received', delta: 25, by_staff: true },
      { reason: 'adjusted', delta: -5, by_staff: true },
    ]);
    expect(await faultsInTheBooks(app.database)).toEqual([]);
  });

  it('does not fall under what orders have reserved', async () => {
    const { variantId } = await aProductOnSale(app, { stock: 10 });
    await orderItems(app, [{ variantId, quantity: 6 }]);

    const { status, body } = await adjust(variantId, { delta: -5 });

    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'stock_reserved', onHand: 10, reserved: 6 });
  });

  it.each([{}, { delta: 0 }, { delta: 1.5 }, { delta: '5' }, { delta: 2 ** 53 }, { delta: 1, reason: 'sold' }, { delta: 1, x: 1 }])(
    'refuses the adjustment %j and changes nothing',
    async (input) => {
      const { variantId } = await aProductOnSale(app, { stock: 10 });

      const { status, body } = await adjust(variantId, input);

      expect(status).toBe(400);
      expect(body.code).toBe('invalid_request');
      const [level] = await app.database.query('SELECT on_hand FROM stock_levels WHERE variant_id = $1', [variantId]);
      expect(level).toEqual({ on_hand: 10 });
    },
  );

  it('refuses more than a level can hold', async () => {
    const { variantId } = await aProductOnSale(app, { stock: 10 });

    const { body } = await adjust(variantId, { delta: 1_000_000_000 });

    expect(body.errors).toEqual([{ pointer: '/delta', detail: expect.stringContaining('1000000000') }]);
  });

  it('is guarded by the database as well: no overselling, and movements only ever added', async () => {
    const { variantId } = await aProductOnSale(app, { stock: 1 });
    const change = (sql: string) => app.database.query(sql, [variantId]);

    await expect(change('UPDATE stock_levels SET reserved = 2 WHERE variant_id = $1')).rejects.toThrow('never_oversold');
    await expect(change('UPDATE stock_levels SET reserved = -1 WHERE variant_id = $1')).rejects.toThrow('never_oversold');
    const movements = '(SELECT id FROM stock_levels WHERE variant_id = $1)';
    await expect(change(`DELETE FROM stock_movements WHERE stock_level_id = ${movements}`)).rejects.toThrow('append-only');
    await expect(
      change(`UPDATE stock_movements SET on_hand_delta = 9 WHERE stock_level_id = ${movements}`),
    ).rejects.toThrow('append-only');
  });
});
