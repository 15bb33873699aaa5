import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { problem } from '../../common/problems/problem.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { OrderLineEntity } from './order-line.entity.js';
import type { OrderEntity } from './order.entity.js';
import { orderMachine, type OrderAction, type OrderState } from './order.state.js';

/** An order that is to be written; the database gives the number. */
export type NewOrder = Omit<OrderEntity, 'number' | 'version' | 'updatedAt'>;

/** Who moves an order, and when. */
export interface MoveContext {
  readonly actor: string;
  readonly now: Date;
}

/** What a move needs to know of the order it moved. */
export interface MovedOrder {
  readonly id: string;
  readonly cartId: string | null;
  readonly currency: string;
}

/** Writes orders, their lines and their moves. */
@Injectable()
export class OrdersRepository {
  /** Adds an order with its lines and its first move; one statement. */
  async insert(
    tx: Transaction,
    order: NewOrder,
    lines: readonly Omit<OrderLineEntity, 'orderId' | 'fulfilledQuantity'>[],
    actor: string,
  ): Promise<void> {
    await tx.query(
      `WITH placed AS (
         INSERT INTO orders (id, cart_id, user_id, email, token_hash, state, currency, subtotal_amount,
           discount_amount, shipping_amount, tax_amount, total_amount, shipping_address, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14) RETURNING id
       ),
       moved AS (
         INSERT INTO order_transitions (id, order_id, action, to_state, actor, created_at)
         SELECT $15, id, 'create', $6, $16, $14 FROM placed
       )
       INSERT INTO order_lines
         (id, order_id, position, product_id, variant_id, sku, title, variant_title, quantity, unit_amount, total_amount)
       SELECT l.id, placed.id, l.position, l."productId", l."variantId", l.sku, l.title, l."variantTitle",
              l.quantity, l."unitAmount", l."totalAmount"
       FROM placed, jsonb_to_recordset($17::jsonb) AS l (id uuid, position int, "productId" uuid, "variantId" uuid,
         sku text, title text, "variantTitle" text, quantity int, "unitAmount" bigint, "totalAmount" bigint)`,
      [
        order.id,
        order.cartId,
        order.userId,
        order.email,
        order.tokenHash,
        order.state,
        order.currency,
        order.subtotalAmount,
        order.discountAmount,
        order.shippingAmount,
        order.taxAmount,
        order.totalAmount,
        JSON.stringify(order.shippingAddress),
        order.createdAt,
        uuidv7(),
        actor,
        JSON.stringify(lines),
      ],
    );
  }

  /**
   * Moves an order along an arrow of its machine and records the move; locks the order.
   * One statement: the state is judged on the locked row.
   *
   * @returns `null` when the order is in a state without that arrow, or does not exist
   */
  async move(tx: Transaction, id: string, action: OrderAction, context: MoveContext): Promise<MovedOrder | null> {
    const from = orderMachine.from(action);
    const [row] = await tx.query<MovedOrder>(
      `WITH before AS MATERIALIZED (
         SELECT id, state FROM orders WHERE id = $1 FOR NO KEY UPDATE
       ),
       moved AS (
         UPDATE orders o SET state = t.to_state, version = o.version + 1, updated_at = $4
         FROM before b JOIN unnest($2::text[], $3::text[]) AS t (from_state, to_state) ON t.from_state = b.state
         WHERE o.id = b.id
         RETURNING o.id, o.cart_id AS "cartId", o.currency, b.state AS from_state, o.state AS to_state
       ),
       recorded AS (
         INSERT INTO order_transitions (id, order_id, action, from_state, to_state, actor, created_at)
         SELECT $5, id, $6, from_state, to_state, $7, $4 FROM moved
       )
       SELECT id, "cartId", currency FROM moved`,
      [
        id,
        from,
        from.map((state) => orderMachine.next(state, action)),
        context.now,
        uuidv7(),
        action,
        context.actor,
      ],
    );
    return row ?? null;
  }

  /**
   * Locks an order.
   *
   * @throws Problem `not_found` (404)
   */
  async lock(tx: Transaction, id: string): Promise<{ state: OrderState; currency: string }> {
    const [row] = await tx.query<{ state: OrderState; currency: string }>(
      `SELECT state, currency FROM orders WHERE id = $1 FOR NO KEY UPDATE`,
      [id],
    );
    if (!row) throw problem('not_found');
    return row;
  }

  /** Counts the version of a locked order up, for a change of what hangs on it. */
  async touch(tx: Transaction, id: string, now: Date): Promise<void> {
    await tx.query(`UPDATE orders SET version = version + 1, updated_at = $2 WHERE id = $1`, [id, now]);
  }

  /** The lines of an order in their order. */
  linesOf(tx: Transaction, orderId: string): Promise<OrderLineEntity[]> {
    return tx.repository(OrderLineEntity).find({ where: { orderId }, order: { position: 'ASC' } });
  }

  /** Counts units of lines of a locked order as fulfilled; the caller has checked that they are left. */
  async addFulfilled(
    tx: Transaction,
    orderId: string,
    lines: readonly { lineId: string; quantity: number }[],
  ): Promise<void> {
    await tx.query(
      `UPDATE order_lines l SET fulfilled_quantity = l.fulfilled_quantity + f.quantity
       FROM unnest($2::uuid[], $3::int[]) AS f (line_id, quantity)
       WHERE l.order_id = $1 AND l.id = f.line_id`,
      [orderId, lines.map(({ lineId }) => lineId), lines.map(({ quantity }) => quantity)],
    );
  }
}
