import { randomUUID } from 'node:crypto';
import { INVARIANTS } from '../../../src/modules/health/invariants.repository.js';
import { CheckInvariants } from '../../../src/modules/health/check-invariants.task.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import {
  aCancelledOrder,
  aCapturedOrder,
  aCart,
  aFulfilledOrder,
  aPlacedOrder,
  CHECKOUT,
  staffDoes,
} from '../../support/builders/orders.js';
import { aCustomer } from '../../support/builders/people.js';
import { faultsInTheBooks } from '../../support/ledger.js';
import { until } from '../../support/until.js';

const check = ({ api, adminToken }: TestApp) => api.get('/v1/admin/health/invariants', { as: adminToken });

interface Named {
  name: string;
  holds: boolean;
  violations: { subject: string; id: string; detail: string }[];
  more: boolean;
}

/** The invariants that a shop breaks, each with the rows that are named. */
async function brokenOf(app: TestApp): Promise<Record<string, string[]>> {
  const { status, body, text } = await check(app);
  if (status !== 200) throw new Error(`The check failed: ${text}`);
  const broken = (body.invariants as Named[]).filter(({ holds }) => !holds);
  expect(body.status).toBe(broken.length === 0 ? 'holds' : 'broken');
  return Object.fromEntries(
    broken.map(({ name, violations }) => [name, violations.map(({ subject, id }) => `${subject} ${id}`)]),
  );
}

/** The first value of the first row. */
async function valueOf(app: TestApp, sql: string, values: unknown[] = []): Promise<string> {
  const [row] = await app.database.query<Record<string, string>>(sql, values);
  return Object.values(row ?? {})[0] ?? '';
}

/** A violation: breaks one thing past every guard and answers the row that is to be named. */
type Plant = (app: TestApp) => Promise<string>;

const plants: Readonly<Record<string, Plant>> = {
  'stock-within-bounds': async (app) => {
    const { variantId } = await aProductOnSale(app, { stock: 10 });
    await app.database.query('ALTER TABLE stock_levels DROP CONSTRAINT stock_levels_never_oversold');
    const id = await valueOf(app, 'UPDATE stock_levels SET on_hand = -1 WHERE variant_id = $1 RETURNING id', [variantId]);
    await app.database.query(
      `INSERT INTO stock_movements (id, stock_level_id, reason, on_hand_delta, reserved_delta, actor, created_at)
       VALUES (gen_random_uuid(), $1, 'adjusted', -11, 0, 'planted', now())`,
      [id],
    );
    return `stock_level ${id}`;
  },
  'stock-is-its-movements': async (app) => {
    const { variantId } = await aPlacedOrder(app);
    const change = 'UPDATE stock_levels SET on_hand = on_hand + 1 WHERE variant_id = $1 RETURNING id';
    return `stock_level ${await valueOf(app, change, [variantId])}`;
  },
  'reserved-is-awaited': async (app) => {
    const { variantId } = await aPlacedOrder(app);
    await app.database.query(
      `WITH s AS (UPDATE stock_levels SET reserved = reserved + 1 WHERE variant_id = $1 RETURNING id)
       INSERT INTO stock_movements (id, stock_level_id, reason, on_hand_delta, reserved_delta, actor, created_at)
       SELECT gen_random_uuid(), id, 'reserved', 0, 1, 'planted', now() FROM s`,
      [variantId],
    );
    return `variant ${variantId}`;
  },
  'order-is-its-lines': async (app) => {
    const { id } = await aPlacedOrder(app);
    await app.database.query('ALTER TABLE orders DROP CONSTRAINT orders_total_adds_up');
    await app.database.query('UPDATE orders SET discount_amount = 1 WHERE id = $1', [id]);
    return `order ${id}`;
  },
  'line-total-adds-up': async (app) => {
    const { id } = await aPlacedOrder(app);
    await app.database.query('ALTER TABLE order_lines DROP CONSTRAINT order_lines_total_adds_up');
    const change = 'UPDATE order_lines SET unit_amount = unit_amount + 1 WHERE order_id = $1 RETURNING id';
    return `order_line ${await valueOf(app, change, [id])}`;
  },
  'order-has-its-payment': async (app) => {
    const { id } = await aPlacedOrder(app);
    await app.database.query('UPDATE payments SET amount = amount + 1 WHERE order_id = $1', [id]);
    return `order ${id}`;
  },
  'one-order-per-cart': async (app) => {
    const { variantId } = await aProductOnSale(app);
    const cart = await aCart(app, variantId);
    await app.api.post(
      '/v1/orders',
      { ...CHECKOUT, cartId: cart.id },
      { headers: { 'X-Cart-Token': cart.token, 'Idempotency-Key': randomUUID() } },
    );
    const { id } = await aPlacedOrder(app);
    await app.database.query('DROP INDEX orders_one_per_cart');
    await app.database.query('UPDATE orders SET cart_id = $2 WHERE id = $1', [id, cart.id]);
    return `cart ${cart.id}`;
  },
  'fulfilled-is-shipped': async (app) => {
    const { id } = await aFulfilledOrder(app);
    const change = `UPDATE fulfilment_lines f SET quantity = f.quantity + 1 FROM order_lines l
                    WHERE l.id = f.order_line_id AND l.order_id = $1 RETURNING l.id`;
    return `order_line ${await valueOf(app, change, [id])}`;
  },
  'order-is-where-its-moves-lead': async (app) => {
    const { id } = await aPlacedOrder(app);
    await app.database.query(`UPDATE orders SET state = 'fulfilled' WHERE id = $1`, [id]);
    return `order ${id}`;
  },
  'ledger-balances': async (app) => {
    const { id } = await aPlacedOrder(app);
    await app.database.query('ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_balance');
    const insert = `INSERT INTO ledger_entries (id, posting_id, order_id, account, amount, currency, created_at)
                    SELECT gen_random_uuid(), o.id, p.order_id, 'sales', -1, p.currency, now()
                    FROM payments p JOIN payment_operations o ON o.payment_id = p.id WHERE p.order_id = $1
                    RETURNING posting_id`;
    return `payment_operation ${await valueOf(app, insert, [id])}`;
  },
  'payment-is-in-the-ledger': async (app) => {
    const { id } = await aPlacedOrder(app);
    await app.database.query('UPDATE payments SET captured_amount = amount WHERE order_id = $1', [id]);
    return `order ${id}`;
  },
  'payment-within-bounds': async (app) => {
    const { id } = await aPlacedOrder(app);
    await app.database.query(
      'ALTER TABLE payments DROP CONSTRAINT payments_capture_within_amount, DROP CONSTRAINT payments_refund_within_capture',
    );
    const change = 'UPDATE payments SET captured_amount = -1, refunded_amount = -1 WHERE order_id = $1 RETURNING id';
    return `payment ${await valueOf(app, change, [id])}`;
  },
  'event-sequences-without-gap': async (app) => {
    const { id } = await aFulfilledOrder(app);
    const change = `UPDATE outbox_events SET sequence = sequence + 1 WHERE aggregate_id = $1 AND type = 'order.fulfilled'
                    RETURNING id`;
    return `event ${await valueOf(app, change, [id])}`;
  },
  'event-log-without-gap': async (app) => {
    await aFulfilledOrder(app);
    const change = `UPDATE outbox_events e SET log_position = n.place, relayed_at = now()
                    FROM (SELECT id, 2 * row_number() OVER (ORDER BY position) - 1 AS place FROM outbox_events
                          WHERE type <> 'order.placed' ORDER BY position LIMIT 2) n
                    WHERE e.id = n.id RETURNING CASE WHEN n.place = 3 THEN e.id END AS id`;
    const rows = await app.database.query<{ id: string | null }>(change);
    return `event ${rows.find(({ id }) => id !== null)?.id ?? 'none'}`;
  },
  'events-are-numbered': async (app) => {
    const { id } = await aPlacedOrder(app);
    const change = `UPDATE outbox_events SET occurred_at = now() - interval '2 minutes'
                    WHERE aggregate_id = $1 AND type = 'order.placed' RETURNING id`;
    return `event ${await valueOf(app, change, [id])}`;
  },
  'order-placed-is-told-once': async (app) => {
    const { id } = await aPlacedOrder(app);
    await app.database.query('DELETE FROM outbox_events WHERE aggregate_id = $1', [id]);
    return `order ${id}`;
  },
  'order-placed-has-its-mail': async (app) => {
    const { id } = await aPlacedOrder(app);
    const change = `UPDATE outbox_events SET log_position = 1, relayed_at = now()
                    WHERE aggregate_id = $1 AND type = 'order.placed' RETURNING id`;
    return `event ${await valueOf(app, change, [id])}`;
  },
  'jobs-are-looked-at': async (app) => {
    const insert = `INSERT INTO jobs (id, queue, order_key, payload, state, run_at, check_at, actor, created_at)
      SELECT gen_random_uuid(), queue, order_key::uuid, '{}', 'pending', at, at, 'planted', at
      FROM (VALUES ('tasks', '01900000-0000-7000-8000-000000000001', now() - interval '2 hours'),
                   ('tasks', '01900000-0000-7000-8000-000000000001', now() - interval '2 hours'),
                   ('order-mails', NULL, now() - interval '2 hours'),
                   ('tasks', NULL, now())) AS j (queue, order_key, at)
      RETURNING id`;
    await app.database.query(`INSERT INTO queue_pauses VALUES ('order-mails', 'planted', now())`);
    return `job ${await valueOf(app, insert)}`;
  },
  'product-is-searched': async (app) => {
    const { product } = await aProductOnSale(app);
    await app.database.query('DELETE FROM product_search WHERE product_id = $1', [product.id]);
    return `product ${String(product.id)}`;
  },
  'search-row-is-its-product': async (app) => {
    const { product } = await aProductOnSale(app);
    await app.database.query('UPDATE product_search SET price = price + 1 WHERE product_id = $1', [product.id]);
    return `product ${String(product.id)}`;
  },
  'best-product-is-its-search-row': async (app) => {
    const { product } = await aProductOnSale(app);
    await app.database.query('UPDATE search_settings SET best_rank = s.rank, best_id = s.product_id FROM product_search s WHERE s.product_id = $1', [product.id]);
    return `product ${String(product.id)}`;
  },
};

/** All rows of the tables that are checked. */
function rowsOf(app: TestApp): Promise<unknown> {
  const tables = ['stock_levels', 'stock_movements', 'orders', 'order_lines', 'order_transitions', 'fulfilment_lines'];
  const more = ['payments', 'payment_operations', 'ledger_entries', 'outbox_events', 'jobs', 'product_search', 'product_search_best', 'product_search_stale'];
  return Promise.all(
    [...tables, ...more].map((table) => app.database.query(`SELECT t::text FROM ${table} t ORDER BY 1`)),
  );
}

describe('the invariants', () => {
  it('hold in a shop that has placed, shipped, refunded and cancelled, and whose worker is done', async () => {
    const app = await startApp({ worker: true });
    await aPlacedOrder(app);
    await aFulfilledOrder(app);
    await aCancelledOrder(app);
    const { id } = await aCapturedOrder(app);
    await staffDoes(app, id, 'refunds');
    await until(
      async () => (await app.database.query(`SELECT 1 FROM jobs WHERE queue = 'order-mails' AND state = 'done'`)).length === 4,
      'the mails',
    );

    const { status, body } = await check(app);

    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'holds', checkedAt: expect.stringMatching(/Z$/) });
    expect((body.invariants as Named[]).map(({ name }) => name)).toEqual(INVARIANTS.map(({ name }) => name));
    expect((body.invariants as Named[]).every(({ holds, more }) => holds && !more)).toBe(true);
    await app.close();
  });

  it('have each a violation below', () => {
    expect(Object.keys(plants).sort()).toEqual(INVARIANTS.map(({ name }) => name).sort());
  });

  it.each(Object.entries(plants))('name the row that breaks %s, that row alone, and repair nothing', async (name, plant) => {
    const app = await startApp();
    await aPlacedOrder(app);
    await aFulfilledOrder(app);
    const row = await plant(app);
    const before = await rowsOf(app);

    const broken = await brokenOf(app);

    expect(broken).toEqual({ [name]: [row] });
    expect(await rowsOf(app)).toEqual(before);
    await app.close();
  });

  it('say what is wrong of a row of the search, unless the worker is told of it', async () => {
    const app = await startApp();
    const changes: Readonly<Record<string, string>> = {
      ...{ rank: 'rank - 1', created_at: `created_at - interval '1 day'`, title: `'another'`, price: 'price + 1', sales: '7' },
      ...{ visible_from: `'infinity'`, visible_until: 'now()', skus: `'{}'`, facets: `facets || ARRAY['vendor=Nobody']` },
      ...{ title_words: `''`, words: `''` },
    };
    const expected: object[] = [];
    for (const [column, value] of Object.entries(changes)) {
      const { product } = await aProductOnSale(app);
      await app.database.query(`UPDATE product_search SET ${column} = ${value} WHERE product_id = $1`, [product.id]);
      expected.push({ subject: 'product', id: product.id, detail: `differs in ${column}` });
    }

    const { body } = await check(app);
    await app.database.query('INSERT INTO product_search_stale (product_id) SELECT id FROM products');
    const noted = await brokenOf(app);

    const named = (body.invariants as Named[]).find(({ name }) => name === 'search-row-is-its-product');
    expect(named?.violations).toEqual(expected);
    expect(noted).toEqual({});
    await app.close();
  });

  it('find two events with one number', async () => {
    const app = await startApp();
    await aFulfilledOrder(app);
    await app.database.query('DROP INDEX outbox_events_log_position_key');
    await app.database.query(`UPDATE outbox_events SET log_position = 7, relayed_at = now()
      WHERE id IN (SELECT id FROM outbox_events WHERE type <> 'order.placed' ORDER BY position LIMIT 2)`);

    expect(Object.keys(await brokenOf(app))).toEqual(['event-log-without-gap']);
    await app.close();
  });

  it('hold when old events and jobs were swept', async () => {
    const app = await startApp();
    const { id } = await aFulfilledOrder(app);
    await app.database.query(`UPDATE outbox_events e SET log_position = n.place, occurred_at = occurred_at - interval '1 year',
      relayed_at = now() - interval '1 year'
      FROM (SELECT id, row_number() OVER (ORDER BY position) AS place FROM outbox_events) n WHERE e.id = n.id`);
    await app.database.query(`UPDATE order_transitions SET created_at = created_at - interval '1 year'`);
    await app.database.query(`DELETE FROM outbox_events WHERE aggregate_id = $1 AND type = 'order.placed'`, [id]);

    expect(await brokenOf(app)).toEqual({});
    await app.close();
  });

  it('name 100 rows at most and say that there are more', async () => {
    const app = await startApp();
    await app.database.query(`INSERT INTO jobs (id, queue, payload, state, run_at, check_at, actor, created_at)
      SELECT gen_random_uuid(), 'tasks', '{}', 'pending', t, t, 'planted', t
      FROM generate_series(1, 101), (SELECT now() - interval '1 day' AS t) d`);

    const { body } = await check(app);

    const named = (body.invariants as Named[]).find(({ name }) => name === 'jobs-are-looked-at');
    expect([named?.violations.length, named?.more]).toEqual([100, true]);
    await app.close();
  });

  it('are shown to staff alone', async () => {
    const app = await startApp();
    const customer = await aCustomer(app);

    const guest = await app.api.get('/v1/admin/health/invariants');
    const other = await app.api.get('/v1/admin/health/invariants', { as: customer.token });

    expect([guest.status, other.status]).toEqual([401, 403]);
    await app.close();
  });
});

describe('the nightly check', () => {
  it('counts the broken invariants for Prometheus, from the first check on', async () => {
    const app = await startApp({ worker: true });
    const { id } = await aPlacedOrder(app);
    const before = await app.api.get('/metrics');
    await app.database.query(`UPDATE orders SET state = 'fulfilled' WHERE id = $1`, [id]);

    await app.nest.get(CheckInvariants, { strict: false }).run();

    const { text } = await app.api.get('/metrics');
    expect(before.text).not.toContain('orderly_invariants_broken');
    expect(text).toContain('orderly_invariants_broken 1');
    expect(text).toMatch(/orderly_invariants_checked_timestamp_seconds \d/);
    await app.close();
  });
});

describe('the check of the books in the tests', () => {
  it('finds what the shop itself finds', async () => {
    const app = await startApp();
    const row = await plants['stock-is-its-movements']?.(app);

    const faults = await faultsInTheBooks(app.database);

    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(row);
    await app.close();
  });
});
