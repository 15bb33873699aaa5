import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../infrastructure/database/transaction.js';

/** Violations of one invariant that are named at most. */
export const VIOLATIONS_NAMED = 100;
/** Milliseconds that one check may take; a large shop needs longer than a request may wait for a lock. */
const STATEMENT_TIMEOUT_MS = 120_000;
const LIMIT = String(VIOLATIONS_NAMED + 1);

/** The moments that a check compares with. */
export interface CheckMoments {
  readonly now: Date;
  /** Events that happened since then are all kept: no sweep can have taken one. */
  readonly eventsSince: Date;
  /** Jobs that were made since then are all kept. */
  readonly jobsSince: Date;
}

/** What must be true of the rows of a shop, as one statement that finds those of which it is not. */
export interface Invariant {
  readonly name: string;
  /** What is true while nothing is wrong. */
  readonly description: string;
  /** What the ids of its violations are ids of. */
  readonly subject: string;
  /** The values of `$1`, `$2` and so on. */
  readonly uses: readonly (keyof CheckMoments)[];
  /** Answers `id` and `detail` of each row that is wrong; one statement, so that it sees one moment. */
  readonly sql: string;
}

/** A row that is wrong. */
export interface ViolationRow {
  readonly id: string;
  readonly detail: string;
}

const stock: readonly Invariant[] = [
  {
    name: 'stock-within-bounds',
    description: 'No stock level has less than nothing reserved, or more than is on hand.',
    subject: 'stock_level',
    uses: [],
    sql: `
      SELECT id, format('%s on hand, %s reserved', on_hand, reserved) AS detail
      FROM stock_levels WHERE NOT (0 <= reserved AND reserved <= on_hand)`,
  },
  {
    name: 'stock-is-its-movements',
    description: 'A stock level is the sum of its movements.',
    subject: 'stock_level',
    uses: [],
    sql: `
      SELECT s.id, format('%s on hand and %s reserved, its movements say %s and %s',
                          s.on_hand, s.reserved, coalesce(m.on_hand, 0), coalesce(m.reserved, 0)) AS detail
      FROM stock_levels s
      LEFT JOIN (
        SELECT stock_level_id, sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved
        FROM stock_movements GROUP BY stock_level_id) m ON m.stock_level_id = s.id
      WHERE s.on_hand <> coalesce(m.on_hand, 0) OR s.reserved <> coalesce(m.reserved, 0)`,
  },
  {
    name: 'reserved-is-awaited',
    description: 'What is reserved of a variant is what the lines of its open orders wait for.',
    subject: 'variant',
    uses: [],
    sql: `
      SELECT coalesce(s.variant_id, w.variant_id) AS id,
             format('%s reserved, orders wait for %s', coalesce(s.reserved, 0), coalesce(w.waiting, 0)) AS detail
      FROM stock_levels s
      FULL JOIN (
        SELECT l.variant_id, sum(l.quantity - l.fulfilled_quantity) AS waiting
        FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.state <> 'cancelled'
        GROUP BY l.variant_id) w ON w.variant_id = s.variant_id
      WHERE coalesce(s.reserved, 0) <> coalesce(w.waiting, 0)`,
  },
];

const orders: readonly Invariant[] = [
  {
    name: 'order-is-its-lines',
    description: 'The subtotal of an order is the sum of its lines, and its total adds up.',
    subject: 'order',
    uses: [],
    sql: `
      SELECT o.id, format('subtotal %s, lines %s, discount %s, shipping %s, tax %s, total %s', o.subtotal_amount,
                          coalesce(l.total, 0), o.discount_amount, o.shipping_amount, o.tax_amount, o.total_amount) AS detail
      FROM orders o
      LEFT JOIN (SELECT order_id, sum(total_amount) AS total FROM order_lines GROUP BY order_id) l ON l.order_id = o.id
      WHERE o.subtotal_amount <> coalesce(l.total, 0)
         OR o.total_amount <> o.subtotal_amount - o.discount_amount + o.shipping_amount + o.tax_amount`,
  },
  {
    name: 'line-total-adds-up',
    description: 'The total of an order line is its price times its quantity.',
    subject: 'order_line',
    uses: [],
    sql: `
      SELECT id, format('%s x %s is not %s', quantity, unit_amount, total_amount) AS detail
      FROM order_lines WHERE total_amount <> unit_amount * quantity`,
  },
  {
    name: 'order-has-its-payment',
    description: "Each order has exactly one payment, of the order's total in the order's currency.",
    subject: 'order',
    uses: [],
    sql: `
      SELECT o.id, format('total %s %s, %s payments of %s', o.total_amount, o.currency, count(p.id),
                          coalesce(string_agg(p.amount || ' ' || p.currency, ', '), 'nothing')) AS detail
      FROM orders o LEFT JOIN payments p ON p.order_id = o.id
      GROUP BY o.id
      HAVING count(p.id) <> 1 OR bool_or(p.amount <> o.total_amount OR p.currency <> o.currency)`,
  },
  {
    name: 'one-order-per-cart',
    description: 'A cart has one order at most that was not cancelled.',
    subject: 'cart',
    uses: [],
    sql: `
      SELECT cart_id AS id, format('%s orders', count(*)) AS detail
      FROM orders WHERE cart_id IS NOT NULL AND state <> 'cancelled' GROUP BY cart_id HAVING count(*) > 1`,
  },
  {
    name: 'fulfilled-is-shipped',
    description: 'The fulfilled quantity of an order line is what its fulfilments have shipped.',
    subject: 'order_line',
    uses: [],
    sql: `
      SELECT l.id, format('%s fulfilled, %s shipped', l.fulfilled_quantity, coalesce(f.shipped, 0)) AS detail
      FROM order_lines l
      LEFT JOIN (SELECT order_line_id, sum(quantity) AS shipped FROM fulfilment_lines GROUP BY order_line_id) f
        ON f.order_line_id = l.id
      WHERE l.fulfilled_quantity <> coalesce(f.shipped, 0)`,
  },
  {
    // Judged by counting, not by time: two processes need not agree on the time. Each state
    // is left as often as it is entered, but for the last.
    name: 'order-is-where-its-moves-lead',
    description: 'The recorded moves of an order lead from its beginning to the state that it is in.',
    subject: 'order',
    uses: [],
    sql: `
      SELECT o.id, format('is %s, its moves lead to %s', o.state,
                          coalesce(string_agg(e.state, ', '), 'nothing')) AS detail
      FROM orders o
      LEFT JOIN (
        SELECT order_id, state, sum(step) AS steps
        FROM (SELECT order_id, to_state AS state, 1 AS step FROM order_transitions
              UNION ALL
              SELECT order_id, from_state, -1 FROM order_transitions WHERE from_state IS NOT NULL) m
        GROUP BY order_id, state HAVING sum(step) <> 0) e ON e.order_id = o.id
      GROUP BY o.id
      HAVING count(e.state) <> 1 OR min(e.state) <> o.state OR min(e.steps) <> 1`,
  },
];

const payments: readonly Invariant[] = [
  {
    name: 'ledger-balances',
    description: 'The entries of a ledger posting add up to nothing, for each order and currency.',
    subject: 'payment_operation',
    uses: [],
    sql: `
      SELECT posting_id AS id, format('order %s: %s %s left over', order_id, sum(amount), currency) AS detail
      FROM ledger_entries GROUP BY posting_id, order_id, currency HAVING sum(amount) <> 0`,
  },
  {
    name: 'payment-is-in-the-ledger',
    description: "What was captured of an order and not refunded is the provider's balance in the ledger.",
    subject: 'order',
    uses: [],
    sql: `
      SELECT coalesce(p.order_id, e.order_id) AS id,
             format('%s captured, %s refunded, the ledger has %s %s', coalesce(p.captured_amount, 0),
                    coalesce(p.refunded_amount, 0), coalesce(e.balance, 0), coalesce(p.currency, e.currency)) AS detail
      FROM payments p
      FULL JOIN (
        SELECT order_id, currency, sum(amount) AS balance FROM ledger_entries
        WHERE account = 'provider_balance' GROUP BY order_id, currency) e
        ON e.order_id = p.order_id AND e.currency = p.currency
      WHERE coalesce(p.captured_amount - p.refunded_amount, 0) <> coalesce(e.balance, 0)`,
  },
  {
    name: 'payment-within-bounds',
    description: 'No payment has more refunded than captured, or more captured than its amount.',
    subject: 'payment',
    uses: [],
    sql: `
      SELECT id, format('amount %s, captured %s, refunded %s', amount, captured_amount, refunded_amount) AS detail
      FROM payments
      WHERE NOT (0 <= refunded_amount AND refunded_amount <= captured_amount AND captured_amount <= amount)`,
  },
];

const events: readonly Invariant[] = [
  {
    // Sweeps may leave holes among old events, never between two that are still kept by age.
    name: 'event-sequences-without-gap',
    description: 'The events of each aggregate are numbered without a gap.',
    subject: 'event',
    uses: ['eventsSince'],
    sql: `
      SELECT id, format('%s of %s %s comes after %s', sequence, aggregate_type, aggregate_id, before) AS detail
      FROM (
        SELECT id, aggregate_type, aggregate_id, sequence, lag(sequence) OVER w AS before,
               least(occurred_at, lag(occurred_at) OVER w) AS oldest_at
        FROM outbox_events WINDOW w AS (PARTITION BY aggregate_type, aggregate_id ORDER BY sequence)) e
      WHERE sequence <> before + 1 AND oldest_at >= $1`,
  },
  {
    name: 'event-log-without-gap',
    description: 'The last 10,000 events of the log have each a number of their own, without a gap.',
    subject: 'event',
    uses: ['eventsSince'],
    sql: `
      SELECT id, format('number %s comes after %s', log_position, before) AS detail
      FROM (
        SELECT id, log_position, lag(log_position) OVER w AS before,
               least(occurred_at, lag(occurred_at) OVER w) AS oldest_at
        FROM (SELECT id, log_position, occurred_at FROM outbox_events
              WHERE log_position IS NOT NULL ORDER BY log_position DESC LIMIT 10000) last
        WINDOW w AS (ORDER BY log_position, id)) e
      WHERE log_position = before OR (log_position <> before + 1 AND oldest_at >= $1)`,
  },
  {
    name: 'events-are-numbered',
    description: 'Each event has its number in the log within a minute.',
    subject: 'event',
    uses: ['now'],
    sql: `
      SELECT id, format('%s, without a number since %s', type, occurred_at) AS detail
      FROM outbox_events WHERE log_position IS NULL AND occurred_at < $1::timestamptz - interval '1 minute'`,
  },
  {
    name: 'order-placed-is-told-once',
    description: 'Each order that was placed has its event `order.placed`, once.',
    subject: 'order',
    uses: ['eventsSince'],
    sql: `
      SELECT o.id, format('placed %s times, %s events say so', coalesce(t.moves, 0), coalesce(e.events, 0)) AS detail
      FROM orders o
      LEFT JOIN (SELECT order_id, count(*) AS moves, max(created_at) AS placed_at
                 FROM order_transitions WHERE action = 'place' GROUP BY order_id) t ON t.order_id = o.id
      LEFT JOIN (SELECT aggregate_id, count(*) AS events
                 FROM outbox_events WHERE type = 'order.placed' GROUP BY aggregate_id) e ON e.aggregate_id = o.id
      WHERE t.moves > 1 OR coalesce(e.events, 0) > coalesce(t.moves, 0)
         OR (coalesce(e.events, 0) < t.moves AND t.placed_at >= $1)`,
  },
];

const jobs: readonly Invariant[] = [
  {
    name: 'order-placed-has-its-mail',
    description: 'Each event `order.placed` of the log has its job of the queue order-mails.',
    subject: 'event',
    uses: ['jobsSince'],
    sql: `
      SELECT e.id, format('order %s', e.aggregate_id) AS detail
      FROM outbox_events e
      WHERE e.type = 'order.placed' AND e.log_position IS NOT NULL AND e.relayed_at >= $1
        AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.event_id = e.id AND j.queue = 'order-mails')`,
  },
  {
    name: 'jobs-are-looked-at',
    description: 'No job is overdue by more than an hour, but for those of a paused queue or behind another job.',
    subject: 'job',
    uses: ['now'],
    sql: `
      SELECT j.id, format('queue %s, due since %s', j.queue, j.check_at) AS detail
      FROM jobs j
      WHERE j.state = 'pending' AND j.check_at < $1::timestamptz - interval '1 hour'
        AND NOT EXISTS (SELECT 1 FROM queue_pauses q WHERE q.queue = j.queue)
        AND NOT EXISTS (
          SELECT 1 FROM jobs b
          WHERE b.queue = j.queue AND b.order_key = j.order_key AND b.position < j.position AND b.state = 'pending')`,
  },
];

/** Search rows that are compared with their products in one check. */
const SEARCH_ROWS_COMPARED = '20000';
const SEARCH_COLUMNS = [
  ...['rank', 'created_at', 'title', 'price', 'sales', 'visible_from', 'visible_until'],
  ...['skus', 'facets', 'title_words', 'words', 'filter_bits'],
];
/** What of it is held once more for the best products. */
const BEST_COLUMNS = ['rank', 'title', 'price', 'visible_from', 'visible_until', 'facets', 'title_words', 'words'];
const DIFFERENCES = SEARCH_COLUMNS.map((column) => `CASE WHEN s.${column} IS DISTINCT FROM w.${column} THEN '${column}' END`);

const search: readonly Invariant[] = [
  {
    name: 'product-is-searched',
    description: 'Each product with a variant has a row of the search, but for those that the worker is told of.',
    subject: 'product',
    uses: [],
    sql: `
      SELECT p.id, 'has no row of the search' AS detail
      FROM products p
      WHERE NOT EXISTS (SELECT 1 FROM product_search s WHERE s.product_id = p.id)
        AND EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id)
        AND NOT EXISTS (SELECT 1 FROM product_search_stale n WHERE n.product_id = p.id)`,
  },
  {
    // What a row should be costs as much as writing it: of a large catalogue, each day has its share.
    name: 'search-row-is-its-product',
    description:
      'The row of the search is what its product, variants, stock, sales and rating make it, but for those that the worker is told of; of more than 20,000 products, some each day.',
    subject: 'product',
    uses: ['now'],
    sql: `
      SELECT s.product_id AS id, 'differs in ' || concat_ws(', ',
               ${DIFFERENCES.join(', ')}) AS detail
      FROM search_rows(ARRAY(
        SELECT p.id FROM products p
        CROSS JOIN (SELECT greatest(1, ceil(reltuples / ${SEARCH_ROWS_COMPARED}))::int AS parts FROM pg_class
                    WHERE oid = 'products'::regclass) c
        WHERE (uuid_hash(p.id)::bigint + 2147483648) % c.parts = floor(extract(epoch FROM $1::timestamptz) / 86400)::int % c.parts
          AND NOT EXISTS (SELECT 1 FROM product_search_stale n WHERE n.product_id = p.id))) w
      JOIN product_search s ON s.product_id = w.product_id
      WHERE (${SEARCH_COLUMNS.map((column) => `s.${column}`).join(', ')})
        IS DISTINCT FROM (${SEARCH_COLUMNS.map((column) => `w.${column}`).join(', ')})`,
  },
  {
    name: 'best-product-is-its-search-row',
    description: 'Each of the best products, down to where searches rely on it, is held by itself as its row of the search is.',
    subject: 'product',
    uses: [],
    sql: `
      SELECT s.product_id AS id, 'is missing among the best' AS detail
      FROM search_settings l
      JOIN product_search s ON (s.rank, s.product_id) >= (l.best_rank, l.best_id) AND s.visible_from < 'infinity'
      WHERE NOT EXISTS (SELECT 1 FROM product_search_best b WHERE b.product_id = s.product_id)
      UNION ALL
      SELECT s.product_id, 'differs among the best'
      FROM product_search_best b JOIN product_search s ON s.product_id = b.product_id
      WHERE (${BEST_COLUMNS.map((column) => `b.${column}`).join(', ')}) IS DISTINCT FROM (${BEST_COLUMNS.map((column) => `s.${column}`).join(', ')})`,
  },
];

/** All that must be true of the books of a shop. */
export const INVARIANTS: readonly Invariant[] = [...stock, ...orders, ...payments, ...events, ...jobs, ...search].map(
  ({ sql, ...invariant }) => ({ ...invariant, sql: `SELECT id, detail FROM (${sql}) wrong ORDER BY id LIMIT ${LIMIT}` }),
);

/** The values of an invariant's statement. */
export function valuesOf({ uses }: Invariant, moments: CheckMoments): Date[] {
  return uses.map((moment) => moments[moment]);
}

/** Looks for rows that are wrong; can write nothing. */
@Injectable()
export class InvariantsRepository {
  /** Makes a transaction, before its first statement, one that sees one moment and cannot write. */
  async beginCheck(tx: Transaction): Promise<void> {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    await tx.query(`SET LOCAL statement_timeout = ${String(STATEMENT_TIMEOUT_MS)}`);
  }

  /** The rows of which an invariant is not true, one more than are named. */
  find(tx: Transaction, invariant: Invariant, moments: CheckMoments): Promise<ViolationRow[]> {
    return tx.query<ViolationRow & { [column: string]: unknown }>(invariant.sql, valuesOf(invariant, moments));
  }
}
