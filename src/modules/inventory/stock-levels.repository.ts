import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import type { StockDemand } from './stock.schema.js';

/** A stock level as it is read. */
export interface StockLevelRow {
  readonly id: string;
  readonly variantId: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly updatedAt: Date;
}

/** What a movement is recorded with. */
export interface MovementContext {
  /** The order or fulfilment that moves the stock; a repeat for the same one changes nothing. */
  readonly referenceId: string;
  readonly actor: string;
  readonly now: Date;
}

/** A demand that could not be met. */
export interface Shortage {
  readonly variantId: string;
  readonly requested: number;
  readonly available: number;
}

const COLUMNS = `id, variant_id AS "variantId", on_hand AS "onHand", reserved, updated_at AS "updatedAt"`;

/** The only writer of stock levels and movements. */
@Injectable()
export class StockLevelsRepository {
  constructor(private readonly database: Database) {}

  /** The level of a variant, or `null`. */
  async findByVariant(variantId: string): Promise<StockLevelRow | null> {
    const [row] = await this.database.query<StockLevelRow>(...findStatement(variantId));
    return row ?? null;
  }

  /** The same within a transaction. */
  async findByVariantIn(tx: Transaction, variantId: string): Promise<StockLevelRow | null> {
    const [row] = await tx.query<StockLevelRow>(...findStatement(variantId));
    return row ?? null;
  }

  /** Adds levels of new variants, each with the movement that explains it; zero stock has none. */
  async insert(
    tx: Transaction,
    stock: readonly StockDemand[],
    { actor, now }: Omit<MovementContext, 'referenceId'>,
  ): Promise<void> {
    await tx.query(
      `WITH added AS (
         INSERT INTO stock_levels (id, variant_id, on_hand, reserved, updated_at)
         SELECT a.id, a.variant_id, a.quantity, 0, $4
         FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS a (id, variant_id, quantity)
         ON CONFLICT (variant_id) DO NOTHING
         RETURNING id, on_hand
       )
       INSERT INTO stock_movements
         (id, stock_level_id, reason, on_hand_delta, reserved_delta, actor, created_at)
       SELECT m.id, added.id, 'received', added.on_hand, 0, $6, $4
       FROM added JOIN unnest($1::uuid[], $5::uuid[]) AS m (level_id, id) ON m.level_id = added.id
       WHERE added.on_hand <> 0`,
      [
        stock.map(() => uuidv7()),
        stock.map(({ variantId }) => variantId),
        stock.map(({ quantity }) => quantity),
        now,
        stock.map(() => uuidv7()),
        actor,
      ],
    );
  }

  /** Locks the levels of variants, so that no movement of them can be added. */
  async lock(tx: Transaction, variantIds: readonly string[]): Promise<void> {
    await tx.query(`SELECT id FROM stock_levels WHERE variant_id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`, [variantIds]);
  }

  /** Whether there is a movement of one of the variants. */
  async haveMoved(tx: Transaction, variantIds: readonly string[]): Promise<boolean> {
    const rows = await tx.query(
      `SELECT 1 FROM stock_movements m JOIN stock_levels s ON s.id = m.stock_level_id
       WHERE s.variant_id = ANY($1::uuid[]) LIMIT 1`,
      [variantIds],
    );
    return rows.length > 0;
  }

  /** Deletes the locked levels of variants, which have no movements. */
  async delete(tx: Transaction, variantIds: readonly string[]): Promise<void> {
    await tx.query(`DELETE FROM stock_levels WHERE variant_id = ANY($1::uuid[])`, [variantIds]);
  }

  /**
   * Reserves every demand that can be met and answers the others; the caller rolls
   * back when there is one. At most one demand a variant.
   *
   * One statement: the levels are locked by id, so that no two callers wait for
   * each other, and the condition is judged on the locked rows. `NO KEY` lets
   * foreign keys to the level be checked meanwhile.
   */
  async reserve(
    tx: Transaction,
    demands: readonly StockDemand[],
    context: MovementContext,
  ): Promise<Shortage[]> {
    return tx.query<Shortage>(
      `WITH demand AS (
         SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[]) AS d (variant_id, quantity, movement_id)
       ),
       locked AS MATERIALIZED (
         SELECT s.id, s.variant_id, s.on_hand, s.reserved, d.quantity, d.movement_id
         FROM stock_levels s JOIN demand d ON d.variant_id = s.variant_id
         ORDER BY s.id FOR NO KEY UPDATE OF s
       ),
       taken AS (
         UPDATE stock_levels s SET reserved = s.reserved + l.quantity, updated_at = $6
         FROM locked l WHERE s.id = l.id AND s.on_hand - s.reserved >= l.quantity
         RETURNING s.id, s.variant_id, l.quantity, l.movement_id
       ),
       moved AS (
         INSERT INTO stock_movements
           (id, stock_level_id, reason, on_hand_delta, reserved_delta, reference_id, actor, created_at)
         SELECT movement_id, id, 'reserved', 0, quantity, $4, $5, $6 FROM taken
       )
       SELECT d.variant_id AS "variantId", d.quantity AS requested,
              coalesce(l.on_hand - l.reserved, 0) AS available
       FROM demand d LEFT JOIN locked l ON l.variant_id = d.variant_id
       WHERE d.variant_id NOT IN (SELECT variant_id FROM taken)
       ORDER BY d.variant_id`,
      [
        demands.map(({ variantId }) => variantId),
        demands.map(({ quantity }) => quantity),
        demands.map(() => uuidv7()),
        context.referenceId,
        context.actor,
        context.now,
      ],
    );
  }

  /**
   * Gives back what an order has reserved, or takes fulfilled units out of the
   * house. Locks the levels by id; the unique movement lets a repeat change nothing.
   *
   * @returns how many levels were changed
   */
  async settle(
    tx: Transaction,
    reason: 'released' | 'fulfilled',
    demands: readonly StockDemand[],
    context: MovementContext,
  ): Promise<number> {
    const rows = await tx.query(
      `WITH locked AS MATERIALIZED (
         SELECT s.id, d.quantity, d.movement_id
         FROM stock_levels s
         JOIN unnest($1::uuid[], $2::int[], $3::uuid[]) AS d (variant_id, quantity, movement_id)
           ON d.variant_id = s.variant_id
         ORDER BY s.id FOR NO KEY UPDATE OF s
       ),
       moved AS (
         INSERT INTO stock_movements
           (id, stock_level_id, reason, on_hand_delta, reserved_delta, reference_id, actor, created_at)
         SELECT movement_id, id, $7, CASE WHEN $7 = 'fulfilled' THEN -quantity ELSE 0 END, -quantity, $4, $5, $6
         FROM locked
         ON CONFLICT (stock_level_id, reference_id, reason) DO NOTHING
         RETURNING stock_level_id, on_hand_delta, reserved_delta
       )
       UPDATE stock_levels s
       SET on_hand = s.on_hand + m.on_hand_delta, reserved = s.reserved + m.reserved_delta, updated_at = $6
       FROM moved m WHERE s.id = m.stock_level_id
       RETURNING s.id`,
      [
        demands.map(({ variantId }) => variantId),
        demands.map(({ quantity }) => quantity),
        demands.map(() => uuidv7()),
        context.referenceId,
        context.actor,
        context.now,
        reason,
      ],
    );
    return rows.length;
  }

  /**
   * Changes the units on hand by `delta`, never below what is reserved nor above
   * `max`; `null` when that does not fit.
   */
  async adjust(
    tx: Transaction,
    change: { variantId: string; delta: number; max: number; reason: 'received' | 'adjusted' },
    { actor, now }: Omit<MovementContext, 'referenceId'>,
  ): Promise<StockLevelRow | null> {
    const [row] = await tx.query<StockLevelRow>(
      `WITH changed AS (
         UPDATE stock_levels SET on_hand = on_hand + $2, updated_at = $3
         WHERE variant_id = $1 AND on_hand + $2 >= reserved AND on_hand + $2 <= $4
         RETURNING *
       ),
       moved AS (
         INSERT INTO stock_movements (id, stock_level_id, reason, on_hand_delta, reserved_delta, actor, created_at)
         SELECT $5, id, $6, $2, 0, $7, $3 FROM changed
       )
       SELECT ${COLUMNS} FROM changed`,
      [change.variantId, change.delta, now, change.max, uuidv7(), change.reason, actor],
    );
    return row ?? null;
  }
}

function findStatement(variantId: string): [string, unknown[]] {
  return [`SELECT ${COLUMNS} FROM stock_levels WHERE variant_id = $1`, [variantId]];
}
