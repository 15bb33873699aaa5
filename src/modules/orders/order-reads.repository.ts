import { Injectable } from '@nestjs/common';
import { decodeCursor, listFingerprint } from '../../common/pagination/cursor.js';
import { toPage, type Page } from '../../common/pagination/page.schema.js';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import type { PaymentState } from '../payments/index.js';
import type { ShippingAddress } from './order.entity.js';
import type { OrderState } from './order.state.js';

/** An order as a read joins it; amounts in minor units. */
export interface OrderRead {
  readonly id: string;
  readonly number: string;
  readonly userId: string | null;
  readonly tokenHash: Buffer;
  readonly email: string;
  readonly state: OrderState;
  readonly currency: string;
  readonly subtotal: number;
  readonly discount: number;
  readonly shipping: number;
  readonly tax: number;
  readonly total: number;
  readonly shippingAddress: ShippingAddress;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly payment: { id: string; state: PaymentState; provider: string; amount: number; captured: number; refunded: number };
  readonly lines: {
    id: string;
    productId: string;
    variantId: string;
    sku: string;
    title: string;
    variantTitle: string;
    quantity: number;
    fulfilledQuantity: number;
    unitAmount: number;
    totalAmount: number;
  }[];
  readonly fulfilments: {
    id: string;
    carrier: string | null;
    trackingNumber: string | null;
    trackingUrl: string | null;
    createdAt: string;
    lines: { lineId: string; quantity: number }[];
  }[];
  readonly history: { action: string; from: OrderState | null; to: OrderState; actor: string; at: string }[];
}

/** What a list of orders selects. */
export interface OrderFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly sort: '-createdAt' | 'createdAt';
  readonly userId?: string | undefined;
  readonly state?: OrderState | undefined;
  readonly email?: string | undefined;
  readonly number?: string | undefined;
}

/** Reads `payments` as well. */
const SELECT = `SELECT o.id, o.number::text AS number, o.user_id AS "userId", o.token_hash AS "tokenHash", o.email,
  o.state, o.currency, o.subtotal_amount::float8 AS subtotal, o.discount_amount::float8 AS discount,
  o.shipping_amount::float8 AS shipping, o.tax_amount::float8 AS tax, o.total_amount::float8 AS total,
  o.shipping_address AS "shippingAddress", o.version, o.created_at AS "createdAt", o.updated_at AS "updatedAt",
  json_build_object('id', p.id, 'state', p.state, 'provider', p.provider, 'amount', p.amount,
    'captured', p.captured_amount, 'refunded', p.refunded_amount) AS payment,
  lines.lines, fulfilments.fulfilments, history.history`;

const DETAILS = `JOIN payments p ON p.order_id = o.id
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('id', l.id, 'productId', l.product_id, 'variantId', l.variant_id,
      'sku', l.sku, 'title', l.title, 'variantTitle', l.variant_title, 'quantity', l.quantity,
      'fulfilledQuantity', l.fulfilled_quantity, 'unitAmount', l.unit_amount, 'totalAmount', l.total_amount)
      ORDER BY l.position), '[]') AS lines
    FROM order_lines l WHERE l.order_id = o.id) lines
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('id', f.id, 'carrier', f.carrier, 'trackingNumber', f.tracking_number,
      'trackingUrl', f.tracking_url, 'createdAt', f.created_at, 'lines', (
        SELECT json_agg(json_build_object('lineId', fl.order_line_id, 'quantity', fl.quantity) ORDER BY fl.order_line_id)
        FROM fulfilment_lines fl WHERE fl.fulfilment_id = f.id)) ORDER BY f.id), '[]') AS fulfilments
    FROM fulfilments f WHERE f.order_id = o.id) fulfilments
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('action', t.action, 'from', t.from_state, 'to', t.to_state,
      'actor', t.actor, 'at', t.created_at) ORDER BY t.id), '[]') AS history
    FROM order_transitions t WHERE t.order_id = o.id) history`;

/** Reads orders; each read is one statement. */
@Injectable()
export class OrderReadsRepository {
  constructor(private readonly database: Database) {}

  /** An order, or `null`. */
  async find(id: string): Promise<OrderRead | null> {
    const [row] = await this.database.query<OrderRead>(`${SELECT} FROM orders o ${DETAILS} WHERE o.id = $1`, [id]);
    return row ?? null;
  }

  /** The same within a transaction, to answer what it has just written. */
  async findIn(tx: Transaction, id: string): Promise<OrderRead | null> {
    const [row] = await tx.query<OrderRead>(`${SELECT} FROM orders o ${DETAILS} WHERE o.id = $1`, [id]);
    return row ?? null;
  }

  /** A page of orders by the time they were made; the page's rows are chosen first and joined after. */
  async list<T>(filter: OrderFilter, map: (row: OrderRead) => T): Promise<Page<T>> {
    const { limit, cursor, ...filters } = filter;
    const fingerprint = listFingerprint(filters);
    const [direction, after] = filter.sort === 'createdAt' ? ['ASC', '>'] : ['DESC', '<'];
    const { conditions, values } = conditionsOf(filter);
    if (cursor !== undefined) {
      const { value, id } = decodeCursor(fingerprint, cursor, 'timestamptz');
      const [valueIndex, idIndex] = [values.push(value), values.push(id)];
      conditions.push(
        `(o.created_at, o.id) ${after} ($${String(valueIndex)}::timestamptz, $${String(idIndex)}::uuid)`,
      );
    }
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const order = `o.created_at ${direction}, o.id ${direction}`;
    const rows = await this.database.query<OrderRead>(
      `${SELECT} FROM (SELECT * FROM orders o ${where} ORDER BY ${order} LIMIT $${String(values.push(limit + 1))}) o
       ${DETAILS} ORDER BY ${order}`,
      values,
    );
    return toPage(rows, limit, fingerprint, (row) => ({ value: row.createdAt.toISOString(), id: row.id }), map);
  }
}

function conditionsOf(filter: OrderFilter): { conditions: string[]; values: unknown[] } {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const add = (value: unknown, column: string): void => {
    if (value !== undefined) conditions.push(`o.${column} = $${String(values.push(value))}`);
  };
  add(filter.userId, 'user_id');
  add(filter.state, 'state');
  add(filter.email, 'email');
  add(filter.number, 'number');
  return { conditions, values };
}
