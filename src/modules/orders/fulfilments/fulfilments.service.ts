import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { problem } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import { actorLabel, type Actor } from '../../../infrastructure/http/actor.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { InventoryService } from '../../inventory/index.js';
import type { OrderLineEntity } from '../order-line.entity.js';
import { toAdminOrder } from '../order.mapper.js';
import { ORDER_FULFILLED } from '../order.events.js';
import { OrderReadsRepository } from '../order-reads.repository.js';
import type { AdminOrder, FulfilOrder } from '../order.schema.js';
import { OrdersRepository } from '../orders.repository.js';
import { FulfilmentsRepository } from './fulfilments.repository.js';

/** What leaves the house. */
@Injectable()
export class FulfilmentsService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly reads: OrderReadsRepository,
    private readonly fulfilments: FulfilmentsRepository,
    private readonly inventory: InventoryService,
    private readonly outbox: Outbox,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Ships units of an order, all that are left unless lines are named; their stock goes.
   *
   * @throws Problem `not_found` (404), `invalid_state_transition`, `invalid_quantity` (409)
   */
  fulfil(actor: Actor, orderId: string, input: FulfilOrder): Promise<AdminOrder> {
    return this.database.transaction(async (tx) => {
      const context = { actor: actorLabel(actor), now: this.clock.now() };
      const { state } = await this.orders.lock(tx, orderId);
      const lines = await this.orders.linesOf(tx, orderId);
      const shipped = chooseUnits(lines, input.lines);
      const complete = leftOf(lines) === sum(shipped);
      if (!(await this.orders.move(tx, orderId, complete ? 'fulfil' : 'fulfil_partly', context))) {
        throw problem('invalid_state_transition', { state, action: 'fulfil' });
      }
      const { carrier, trackingNumber, trackingUrl } = input;
      const id = uuidv7();
      await this.fulfilments.insert(
        tx,
        { id, orderId, carrier, trackingNumber, trackingUrl, createdAt: context.now },
        shipped,
      );
      await this.orders.addFulfilled(tx, orderId, shipped);
      await this.inventory.fulfil(tx, id, shipped, context.actor);
      this.outbox.append(tx, domainEvent(ORDER_FULFILLED, orderId, { orderId, fulfilmentId: id, complete }));
      const row = await this.reads.findIn(tx, orderId);
      if (!row) throw problem('not_found');
      return toAdminOrder(row);
    });
  }
}

interface ShippedUnits {
  readonly lineId: string;
  readonly variantId: string;
  readonly quantity: number;
}

/** @throws Problem `invalid_quantity` (409) when a line has fewer units left, or is not the order's */
function chooseUnits(lines: readonly OrderLineEntity[], chosen: FulfilOrder['lines']): ShippedUnits[] {
  const remaining = new Map(lines.map((line) => [line.id, line.quantity - line.fulfilledQuantity]));
  const wanted = new Map<string, number>();
  for (const { lineId, quantity } of chosen ?? []) wanted.set(lineId, (wanted.get(lineId) ?? 0) + quantity);
  for (const [lineId, quantity] of wanted) {
    const left = remaining.get(lineId) ?? 0;
    if (quantity > left) throw problem('invalid_quantity', { lineId, remaining: left });
  }
  return lines
    .map(({ id, variantId }) => ({
      lineId: id,
      variantId,
      quantity: chosen ? (wanted.get(id) ?? 0) : (remaining.get(id) ?? 0),
    }))
    .filter(({ quantity }) => quantity > 0);
}

function leftOf(lines: readonly OrderLineEntity[]): number {
  return lines.reduce((left, line) => left + line.quantity - line.fulfilledQuantity, 0);
}

function sum(units: readonly ShippedUnits[]): number {
  return units.reduce((total, { quantity }) => total + quantity, 0);
}
