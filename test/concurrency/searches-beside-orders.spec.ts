import pg from 'pg';
import { startApp, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { orderItems } from '../support/builders/orders.js';
import { until } from '../support/until.js';

const SEARCHES = 6;

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

describe('more searches than there are connections for', () => {
  it('leave an order its own, though none of them comes to an end', async () => {
    const { variantId } = await aProductOnSale(app);
    await app.api.get('/v1/products?q=linen'); // The words are known by the time the table is locked.
    const elsewhere = new pg.Client({ connectionString: app.database.url });
    await elsewhere.connect();
    try {
      await elsewhere.query('BEGIN; LOCK TABLE product_search IN ACCESS EXCLUSIVE MODE');
      let ended = 0;
      const searches = Array.from({ length: SEARCHES }, async () => {
        const { status } = await app.api.get('/v1/products?q=linen');
        ended += 1;
        return status;
      });
      await until(
        async () => (await app.database.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).length > 0,
        'a search to wait',
      );

      const order = await orderItems(app, [{ variantId, quantity: 1 }]);
      const endedBefore = ended;
      await elsewhere.query('ROLLBACK');

      expect({ status: order.status, endedBefore }).toEqual({ status: 201, endedBefore: 0 });
      expect(await Promise.all(searches)).toEqual(Array.from({ length: SEARCHES }, () => 200));
    } finally {
      await elsewhere.end();
    }
  });
});
