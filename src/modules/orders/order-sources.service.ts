import { Injectable } from '@nestjs/common';
import { problem } from '../../common/problems/problem.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import type { AnswerView } from '../../infrastructure/http/answer-view.js';
import type { Actor } from '../../infrastructure/http/actor.js';
import { domainEvent } from '../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../infrastructure/outbox/outbox.js';
import { CartsService } from '../carts/index.js';
import { InventoryService } from '../inventory/index.js';
import { ProductsService } from '../products/index.js';
import { orderTotals } from './order-totals.js';
import { ORDER_CREATED } from './order.events.js';
import type { PlaceOrder } from './order.schema.js';

/** A line that is to be ordered, at its present price in minor units. */
export interface DraftLine {
  readonly productId: string;
  readonly variantId: string;
  readonly sku: string;
  readonly title: string;
  readonly variantTitle: string;
  readonly quantity: number;
  readonly unitAmount: number;
}

/** What an order is made of. */
export interface Draft {
  readonly cartId: string | null;
  readonly currency: string;
  readonly lines: readonly DraftLine[];
  /** What the buyer was shown last; `null` where nothing was. */
  readonly shownTotal: number | null;
}

/** Where the lines of an order come from, and where their stock is. */
@Injectable()
export class OrderSourcesService {
  constructor(
    private readonly carts: CartsService,
    private readonly products: ProductsService,
    private readonly inventory: InventoryService,
    private readonly outbox: Outbox,
  ) {}

  /** The lines of the cart or of the items, at present prices and called as the buyer is shown them; closes the cart. */
  async draft(tx: Transaction, actor: Actor, input: PlaceOrder, view: AnswerView): Promise<Draft> {
    if (input.cartId !== undefined) {
      const { id, currency, items } = await this.carts.checkOut(tx, actor, input.cartId, view);
      const shown = items.map(({ quantity, shownUnitAmount }) => ({ quantity, unitAmount: shownUnitAmount }));
      return { cartId: id, currency, lines: items.map(toLine), shownTotal: orderTotals(shown).total };
    }
    return this.draftOfItems(tx, input.items ?? [], view);
  }

  /** Reserves the stock of an order and tells that it was made. */
  async reserve(tx: Transaction, orderId: string, lines: readonly DraftLine[], actor: string): Promise<void> {
    await this.inventory.reserve(tx, orderId, lines, actor);
    this.outbox.append(tx, domainEvent(ORDER_CREATED, orderId, { orderId }));
  }

  private async draftOfItems(
    tx: Transaction,
    items: NonNullable<PlaceOrder['items']>,
    { languages }: AnswerView,
  ): Promise<Draft> {
    const variants = await this.products.getForSale(
      tx,
      items.map(({ variantId }) => variantId),
      { languages },
    );
    const priced = items.map(({ variantId, quantity }) => {
      const variant = variants.get(variantId);
      if (!variant) throw problem('variant_unavailable', { variantIds: [variantId] });
      return { ...variant, quantity };
    });
    const currency = priced[0]?.currency ?? '';
    const other = priced.find((variant) => variant.currency !== currency);
    if (other) {
      throw problem('currency_mismatch', { variantId: other.id, expected: currency, actual: other.currency });
    }
    const lines = priced.map((variant) => ({
      productId: variant.productId,
      variantId: variant.id,
      sku: variant.sku,
      title: variant.productTitle,
      variantTitle: variant.title,
      quantity: variant.quantity,
      unitAmount: variant.priceAmount,
    }));
    return { cartId: null, currency, lines, shownTotal: null };
  }
}

function toLine(item: DraftLine): DraftLine {
  const { productId, variantId, sku, title, variantTitle, quantity, unitAmount } = item;
  return { productId, variantId, sku, title, variantTitle, quantity, unitAmount };
}
