import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { joinPriceIn, lineTextColumns, lineTitles, onSaleCondition, priceIn, type LineTexts } from '../products/index.js';
import { CartEntity } from './cart.entity.js';

/** Who may reach a cart: its owner, or whoever holds its token. */
export interface CartKey {
  readonly id: string;
  readonly userId: string | null;
  readonly tokenHash: Buffer | null;
}

/** A cart without its secrets. */
export type CartRow = Omit<CartEntity, 'tokenHash' | 'userId'>;

/** A line item as a read joins it. */
export interface LineItemRow {
  readonly id: string;
  readonly variantId: string;
  readonly productId: string;
  readonly sku: string;
  readonly title: string;
  readonly variantTitle: string;
  readonly quantity: number;
  readonly unitAmount: number;
  readonly shownUnitAmount: number;
  readonly currency: string;
  readonly onSale: boolean;
  readonly available: boolean;
}

/** How the line items of a cart are shown. */
export interface LineView {
  readonly now: Date;
  /** The currency of the prices; `null` for the one that each variant has itself. */
  readonly currency: string | null;
  /** The languages whose titles are looked for, best first; none for the shop's own. */
  readonly languages: readonly string[];
}

const CART_COLUMNS = `id, currency, state, version, created_at AS "createdAt", updated_at AS "updatedAt"`;
const MAY_REACH = `(user_id = $2 OR token_hash = $3)`;
const FIND = `SELECT ${CART_COLUMNS} FROM carts WHERE id = $1 AND ${MAY_REACH}`;

/**
 * The SQL of a line item at a moment; reads `variants`, `products` and `stock_levels` as well.
 *
 * @param currency the parameter with the currency of the prices. A variant that has lost its price in it is not on
 * sale and shows the last one. Without the parameter each price is in the currency that its variant has itself.
 */
function lineColumns(now: string, currency: string | null): string {
  const onSale = currency === null ? onSaleCondition(now) : `${onSaleCondition(now)} AND ${priceIn(currency)} IS NOT NULL`;
  const [amount, code] =
    currency === null ? ['v.price_amount', 'v.currency'] : [`coalesce(${priceIn(currency)}, i.shown_unit_amount)`, `${currency} AS currency`];
  return `i.id, i.variant_id AS "variantId", v.product_id AS "productId", v.sku, p.title,
  v.title AS "variantTitle", i.quantity, ${amount}::float8 AS "unitAmount",
  i.shown_unit_amount::float8 AS "shownUnitAmount", ${code}, ${onSale} AS "onSale",
  ${onSale} AND coalesce(s.on_hand - s.reserved, 0) >= i.quantity AS available`;
}

const lineTables = (currency: string | null): string => `variants v JOIN products p ON p.id = v.product_id
  LEFT JOIN stock_levels s ON s.variant_id = v.id${currency === null ? '' : ` ${joinPriceIn(currency)}`}`;

/** Carts and their line items. */
@Injectable()
export class CartsRepository {
  constructor(private readonly database: Database) {}

  /** Adds a cart. */
  async insert(tx: Transaction, cart: CartEntity): Promise<void> {
    await tx.repository(CartEntity).insert(cart);
  }

  /** A cart that the caller may reach, or `null`. */
  async find({ id, userId, tokenHash }: CartKey): Promise<CartRow | null> {
    const [row] = await this.database.query<CartRow>(FIND, [id, userId, tokenHash]);
    return row ?? null;
  }

  /** The same within a transaction. */
  async findIn(tx: Transaction, { id, userId, tokenHash }: CartKey): Promise<CartRow | null> {
    const [row] = await tx.query<CartRow>(FIND, [id, userId, tokenHash]);
    return row ?? null;
  }

  /**
   * Locks an open cart for a change and counts its version up; `null` when it is not
   * open, not at `version`, or not the caller's.
   */
  async lockForChange(
    tx: Transaction,
    { id, userId, tokenHash }: CartKey,
    version: number | null,
    now: Date,
  ): Promise<CartRow | null> {
    const [row] = await tx.query<CartRow>(
      `UPDATE carts SET version = version + 1, updated_at = $4
       WHERE id = $1 AND ${MAY_REACH} AND state = 'open' AND ($5::int IS NULL OR version = $5)
       RETURNING ${CART_COLUMNS}`,
      [id, userId, tokenHash, now, version],
    );
    return row ?? null;
  }

  /** Locks an open cart and closes it, for an order; `null` when it is not open or not the caller's. */
  async close(tx: Transaction, { id, userId, tokenHash }: CartKey, now: Date): Promise<CartRow | null> {
    const [row] = await tx.query<CartRow>(
      `UPDATE carts SET state = 'ordered', version = version + 1, updated_at = $4
       WHERE id = $1 AND ${MAY_REACH} AND state = 'open' RETURNING ${CART_COLUMNS}`,
      [id, userId, tokenHash, now],
    );
    return row ?? null;
  }

  /** Opens a cart again whose order came to nothing; its new version, or `null` when it was not ordered. */
  async reopen(tx: Transaction, id: string, now: Date): Promise<number | null> {
    const [row] = await tx.query<{ version: number }>(
      `UPDATE carts SET state = 'open', version = version + 1, updated_at = $2
       WHERE id = $1 AND state = 'ordered' RETURNING version`,
      [id, now],
    );
    return row?.version ?? null;
  }

  /**
   * Adds units to the line items of a locked cart, making those that it lacks.
   *
   * @throws a violated `cart_items_quantity` when a line item would be too large
   */
  async addUnits(
    tx: Transaction,
    cartId: string,
    items: readonly { variantId: string; quantity: number; unitAmount: number }[],
    now: Date,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO cart_items (id, cart_id, variant_id, quantity, shown_unit_amount, created_at)
       SELECT a.id, $1, a.variant_id, a.quantity, a.amount, $6
       FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::bigint[]) AS a (id, variant_id, quantity, amount)
       ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = cart_items.quantity + EXCLUDED.quantity`,
      [
        cartId,
        items.map(() => uuidv7()),
        items.map(({ variantId }) => variantId),
        items.map(({ quantity }) => quantity),
        items.map(({ unitAmount }) => unitAmount),
        now,
      ],
    );
  }

  /** Sets the quantity of a line item of a locked cart; false when the cart has no such line item. */
  async setQuantity(tx: Transaction, cartId: string, itemId: string, quantity: number): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE cart_items SET quantity = $3 WHERE cart_id = $1 AND id = $2 RETURNING id`,
      [cartId, itemId, quantity],
    );
    return rows.length === 1;
  }

  /** Takes a line item out of a locked cart; false when the cart has no such line item. */
  async removeItem(tx: Transaction, cartId: string, itemId: string): Promise<boolean> {
    const rows = await tx.query(`DELETE FROM cart_items WHERE cart_id = $1 AND id = $2 RETURNING id`, [
      cartId,
      itemId,
    ]);
    return rows.length === 1;
  }

  /** The line items of a cart at present prices. */
  async listItems(cartId: string, view: LineView): Promise<LineItemRow[]> {
    return said(await this.database.query<ReadLine>(...listStatement(cartId, view)), view);
  }

  /** The same within a transaction. */
  async listItemsIn(tx: Transaction, cartId: string, view: LineView): Promise<LineItemRow[]> {
    return said(await tx.query<ReadLine>(...listStatement(cartId, view)), view);
  }

  /**
   * The line items of a locked cart at present prices, which become the prices that
   * the buyer was shown. One statement reads and writes.
   */
  async showItems(tx: Transaction, cartId: string, view: LineView): Promise<LineItemRow[]> {
    const { parameter, texts, values } = boundView(cartId, view);
    const price = parameter === null ? 'v.price_amount' : `coalesce(${priceIn(parameter)}, i.shown_unit_amount)`;
    const rows = await tx.query<ReadLine>(
      `UPDATE cart_items i SET shown_unit_amount = ${price}
       FROM ${lineTables(parameter)} WHERE i.cart_id = $1 AND v.id = i.variant_id
       RETURNING ${lineColumns('$2', parameter)}${texts}`,
      values,
    );
    return said(rows, view).sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

type ReadLine = LineItemRow & LineTexts;

/** The lines in the language in which they are shown, without the texts that were read for it. */
function said(rows: readonly ReadLine[], { languages }: LineView): LineItemRow[] {
  return rows.map(({ productOptions, variantOptions, translations, ...line }) => ({
    ...line,
    ...lineTitles({ ...line, productOptions, variantOptions, translations }, languages),
  }));
}

function boundView(
  cartId: string,
  { now, currency, languages }: LineView,
): { parameter: string | null; texts: string; values: unknown[] } {
  const values: unknown[] = currency === null ? [cartId, now] : [cartId, now, currency];
  const texts = languages.length === 0 ? '' : lineTextColumns(`$${String(values.push(languages))}`);
  return { parameter: currency === null ? null : '$3::bpchar', texts, values };
}

function listStatement(cartId: string, view: LineView): [string, unknown[]] {
  const { parameter, texts, values } = boundView(cartId, view);
  return [
    `SELECT ${lineColumns('$2', parameter)}${texts} FROM cart_items i JOIN (${lineTables(parameter)}) ON v.id = i.variant_id
     WHERE i.cart_id = $1 ORDER BY i.id`,
    values,
  ];
}
