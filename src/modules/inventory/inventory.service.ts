import { Injectable } from '@nestjs/common';
import { invalidRequest, problem } from '../../common/problems/problem.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { actorLabel, type Actor } from '../../infrastructure/http/actor.js';
import { domainEvent } from '../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../infrastructure/outbox/outbox.js';
import { StockLevelsRepository, type StockLevelRow } from './stock-levels.repository.js';
import { STOCK_ADJUSTED } from './stock.events.js';
import { MAX_STOCK, type StockAdjustment, type StockDemand, type StockLevel } from './stock.schema.js';

/** What there is to sell. */
@Injectable()
export class InventoryService {
  constructor(
    private readonly levels: StockLevelsRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * The stock of a variant.
   *
   * @throws Problem `not_found` (404)
   */
  async get(variantId: string): Promise<StockLevel> {
    const row = await this.levels.findByVariant(variantId);
    if (!row) throw problem('not_found');
    return toStockLevel(row);
  }

  /**
   * Changes the units on hand.
   *
   * @throws Problem `not_found` (404), `stock_reserved` (409) when fewer than the reserved units would be left,
   * `invalid_request` (400) when the level would be too large
   */
  adjust(actor: Actor, variantId: string, { delta, reason }: StockAdjustment): Promise<StockLevel> {
    return this.database.transaction(async (tx) => {
      const context = { actor: actorLabel(actor), now: this.clock.now() };
      const changed = await this.levels.adjust(tx, { variantId, delta, max: MAX_STOCK, reason }, context);
      if (!changed) throw await this.refusedAdjustment(tx, variantId, delta);
      this.outbox.append(tx, domainEvent(STOCK_ADJUSTED, changed.id, { variantId, delta }));
      return toStockLevel(changed);
    });
  }

  /** Adds the stock of new variants; a variant that has a level keeps it. */
  async open(tx: Transaction, stock: readonly StockDemand[], actor: string): Promise<void> {
    if (stock.length > 0) await this.levels.insert(tx, stock, { actor, now: this.clock.now() });
  }

  /**
   * Deletes the levels of variants whose stock never moved, so that no order can know
   * of them; false, with nothing done, when the stock of one has. Locks the levels.
   */
  async close(tx: Transaction, variantIds: readonly string[]): Promise<boolean> {
    await this.levels.lock(tx, variantIds);
    if (await this.levels.haveMoved(tx, variantIds)) return false;
    await this.levels.delete(tx, variantIds);
    return true;
  }

  /**
   * Reserves stock for each line of an order, or for none. Demands of one variant are added up.
   *
   * @throws Problem `insufficient_stock` (409; `lines` holds `variantId`, `requested`, `available`)
   */
  async reserve(
    tx: Transaction,
    orderId: string,
    lines: readonly StockDemand[],
    actor: string,
  ): Promise<void> {
    const shortages = await this.levels.reserve(tx, sumByVariant(lines), this.context(orderId, actor));
    if (shortages.length > 0) throw problem('insufficient_stock', { lines: shortages });
  }

  /** Gives back what an order has reserved; a repeat changes nothing. */
  async release(
    tx: Transaction,
    orderId: string,
    lines: readonly StockDemand[],
    actor: string,
  ): Promise<void> {
    await this.levels.settle(tx, 'released', sumByVariant(lines), this.context(orderId, actor));
  }

  /** Takes the units of a fulfilment out of the house; a repeat changes nothing. */
  async fulfil(
    tx: Transaction,
    fulfilmentId: string,
    lines: readonly StockDemand[],
    actor: string,
  ): Promise<void> {
    await this.levels.settle(tx, 'fulfilled', sumByVariant(lines), this.context(fulfilmentId, actor));
  }

  private context(referenceId: string, actor: string) {
    return { referenceId, actor, now: this.clock.now() };
  }

  private async refusedAdjustment(tx: Transaction, variantId: string, delta: number) {
    const row = await this.levels.findByVariantIn(tx, variantId);
    if (!row) return problem('not_found');
    if (row.onHand + delta > MAX_STOCK) {
      return invalidRequest({ pointer: '/delta', detail: `more than ${String(MAX_STOCK)} units would be on hand` });
    }
    return problem('stock_reserved', { onHand: row.onHand, reserved: row.reserved });
  }
}

function toStockLevel(row: StockLevelRow): StockLevel {
  return {
    variantId: row.variantId,
    onHand: row.onHand,
    reserved: row.reserved,
    available: row.onHand - row.reserved,
    updatedAt: row.updatedAt.toISOString(),
  };
}

function sumByVariant(lines: readonly StockDemand[]): StockDemand[] {
  const sums = new Map<string, number>();
  for (const { variantId, quantity } of lines) {
    sums.set(variantId, (sums.get(variantId) ?? 0) + quantity);
  }
  return [...sums].map(([variantId, quantity]) => ({ variantId, quantity }));
}
