import type { TestDatabase } from './database.js';

/** What is wrong with the books of a shop; nothing, when they add up. */
export async function faultsInTheBooks(database: TestDatabase): Promise<string[]> {
  const faults = await database.query<{ fault: string }>(`
    SELECT 'stock level ' || s.id || ' is not the sum of its movements' AS fault
    FROM stock_levels s
    LEFT JOIN (
      SELECT stock_level_id, sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved
      FROM stock_movements GROUP BY stock_level_id) m ON m.stock_level_id = s.id
    WHERE s.on_hand <> coalesce(m.on_hand, 0) OR s.reserved <> coalesce(m.reserved, 0)
       OR s.reserved < 0 OR s.reserved > s.on_hand
    UNION ALL
    SELECT 'variant ' || s.variant_id || ' has ' || s.reserved || ' reserved, its orders wait for ' || coalesce(w.waiting, 0)
    FROM stock_levels s
    LEFT JOIN (
      SELECT l.variant_id, sum(l.quantity - l.fulfilled_quantity) AS waiting
      FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.state <> 'cancelled'
      GROUP BY l.variant_id) w ON w.variant_id = s.variant_id
    WHERE s.reserved <> coalesce(w.waiting, 0)
    UNION ALL
    SELECT 'order ' || o.number || ' is not the sum of its lines'
    FROM orders o JOIN (SELECT order_id, sum(total_amount) AS total FROM order_lines GROUP BY order_id) l ON l.order_id = o.id
    WHERE o.subtotal_amount <> l.total
       OR o.total_amount <> o.subtotal_amount - o.discount_amount + o.shipping_amount + o.tax_amount
    UNION ALL
    SELECT 'order ' || order_id || ' does not balance in ' || currency
    FROM ledger_entries GROUP BY order_id, currency HAVING sum(amount) <> 0
    UNION ALL
    SELECT 'payment ' || p.id || ' is not what the ledger says'
    FROM payments p
    LEFT JOIN (SELECT order_id, sum(amount) AS balance FROM ledger_entries
               WHERE account = 'provider_balance' GROUP BY order_id) e ON e.order_id = p.order_id
    WHERE p.captured_amount - p.refunded_amount <> coalesce(e.balance, 0)
    UNION ALL
    SELECT 'the events of ' || aggregate_type || ' ' || aggregate_id || ' have a gap'
    FROM outbox_events GROUP BY aggregate_type, aggregate_id
    HAVING max(sequence) <> count(*) OR min(sequence) <> 1
    UNION ALL
    SELECT 'cart ' || cart_id || ' has ' || count(*) || ' orders'
    FROM orders WHERE cart_id IS NOT NULL AND state <> 'cancelled' GROUP BY cart_id HAVING count(*) > 1`);
  return faults.map(({ fault }) => fault);
}
