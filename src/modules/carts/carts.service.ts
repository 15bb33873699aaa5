import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../../../config/config.js';
import { invalidRequest, problem, type Problem } from '../../common/problems/problem.js';
import { hashSecretToken, newSecretToken } from '../../common/secrets/secret-token.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import type { AnswerView } from '../../infrastructure/http/answer-view.js';
import type { Actor } from '../../infrastructure/http/actor.js';
import type { EventSubject } from '../../infrastructure/outbox/event-log.repository.js';
import { domainEvent } from '../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../infrastructure/outbox/outbox.js';
import { ProductsService } from '../products/index.js';
import { CART_CREATED, CART_UPDATED } from './cart.events.js';
import { toCart } from './cart.mapper.js';
import { MAX_LINE_ITEMS, MAX_QUANTITY, type AddItem, type Cart, type CreateCart, type GetCart } from './cart.schema.js';
import { CartsRepository, type CartKey, type CartRow, type LineItemRow, type LineView } from './carts.repository.js';

/** A cart that is being ordered. */
export interface CheckedOutCart {
  readonly id: string;
  readonly currency: string;
  readonly items: readonly LineItemRow[];
}

/** What buyers mean to buy. */
@Injectable()
export class CartsService {
  constructor(
    private readonly carts: CartsRepository,
    private readonly products: ProductsService,
    private readonly outbox: Outbox,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Makes a cart; its secret token is answered this once.
   *
   * @throws Problem `invalid_request` (400) for a currency that the shop does not sell in, `variant_unavailable`,
   * `currency_mismatch`, `cart_full` (409)
   */
  create(actor: Actor, { items, currency }: CreateCart, view: AnswerView): Promise<Cart> {
    this.refuseUnknownCurrency(currency);
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const token = newSecretToken();
      const cart = {
        id: uuidv7(),
        userId: actor.userId,
        tokenHash: hashSecretToken(token),
        currency: currency ?? this.config.shop.defaultCurrency,
        state: 'open' as const,
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      await this.carts.insert(tx, cart);
      this.outbox.append(tx, domainEvent(CART_CREATED, cart.id, { cartId: cart.id, version: cart.version }));
      if (items.length === 0) return toCart(cart, [], token);
      await this.add(tx, cart, items);
      return toCart(cart, await this.show(tx, cart, view), token);
    });
  }

  /**
   * A cart of the caller.
   *
   * @throws Problem `not_found` (404), also when it is another's
   */
  async get(actor: Actor, id: string, { expand }: GetCart, view: AnswerView): Promise<Cart> {
    const row = await this.carts.find(keyOf(actor, id));
    if (!row) throw problem('not_found');
    const cart = toCart(row, await this.carts.listItems(id, this.lineView(row, view)));
    if (expand === undefined) return cart;
    const products = await this.products.getReferences(cart.items.map(({ productId }) => productId), view);
    return { ...cart, items: cart.items.map((item) => ({ ...item, product: products.get(item.productId) })) };
  }

  /**
   * What the events of a cart of the caller happen to.
   *
   * @throws Problem `not_found` (404), also when it is another's
   */
  async eventSubjects(actor: Actor, id: string): Promise<EventSubject[]> {
    const cart = await this.carts.find(keyOf(actor, id));
    if (!cart) throw problem('not_found');
    return [{ type: CART_CREATED.aggregate, id }];
  }

  /**
   * Adds units of a variant.
   *
   * @throws Problem `not_found` (404), `precondition_failed` (412), `cart_not_open`,
   * `variant_unavailable`, `currency_mismatch`, `cart_full` (409)
   */
  addItem(actor: Actor, id: string, version: number | null, item: AddItem, view: AnswerView): Promise<Cart> {
    return this.change(actor, id, { version, view }, (tx, cart) => this.add(tx, cart, [item]));
  }

  /**
   * Sets the quantity of a line item.
   *
   * @throws Problem `not_found` (404), `precondition_failed` (412), `cart_not_open` (409)
   */
  setQuantity(
    actor: Actor,
    ids: { cartId: string; itemId: string },
    version: number | null,
    quantity: number,
    view: AnswerView,
  ): Promise<Cart> {
    return this.change(actor, ids.cartId, { version, view }, async (tx) => {
      const found = await this.carts.setQuantity(tx, ids.cartId, ids.itemId, quantity);
      if (!found) throw problem('not_found');
    });
  }

  /**
   * Takes a line item out.
   *
   * @throws Problem `not_found` (404), `precondition_failed` (412), `cart_not_open` (409)
   */
  removeItem(
    actor: Actor,
    ids: { cartId: string; itemId: string },
    version: number | null,
    view: AnswerView,
  ): Promise<Cart> {
    return this.change(actor, ids.cartId, { version, view }, async (tx) => {
      if (!(await this.carts.removeItem(tx, ids.cartId, ids.itemId))) throw problem('not_found');
    });
  }

  /**
   * Closes a cart for an order and answers what is in it, at present prices and in the view's language. Locks the cart.
   *
   * @throws Problem `not_found` (404), `cart_not_open`, `cart_empty`, `variant_unavailable` (409)
   */
  async checkOut(tx: Transaction, actor: Actor, id: string, view: AnswerView): Promise<CheckedOutCart> {
    const key = keyOf(actor, id);
    const cart = await this.carts.close(tx, key, this.clock.now());
    if (!cart) throw await this.whyNot(tx, key, null);
    this.tellChange(tx, id, cart.version);
    const items = await this.carts.listItemsIn(tx, id, this.lineView(cart, view));
    if (items.length === 0) throw problem('cart_empty');
    const gone = items.filter(({ onSale }) => !onSale).map(({ variantId }) => variantId);
    if (gone.length > 0) throw problem('variant_unavailable', { variantIds: gone });
    items.forEach((item) => { assertCurrency(item.variantId, cart.currency, item.currency); });
    return { id, currency: cart.currency, items };
  }

  /** Opens a cart again whose order came to nothing. */
  async reopen(tx: Transaction, id: string): Promise<void> {
    const version = await this.carts.reopen(tx, id, this.clock.now());
    if (version !== null) this.tellChange(tx, id, version);
  }

  /** The currency in which prices are looked for; `null` in a shop that tells none, where each is in its own. */
  private currencyOf({ currency }: Pick<CartRow, 'currency'>): string | null {
    return this.config.shop.tellsCurrencies ? currency : null;
  }

  private lineView(cart: Pick<CartRow, 'currency'>, { languages }: AnswerView): LineView {
    return { now: this.clock.now(), currency: this.currencyOf(cart), languages };
  }

  private refuseUnknownCurrency(currency: string | undefined): void {
    const { tellsCurrencies, currencies } = this.config.shop;
    if (!tellsCurrencies || currency === undefined || currencies.includes(currency)) return;
    throw invalidRequest({ pointer: '/currency', detail: `must be one of ${currencies.join(', ')}` });
  }

  private tellChange(tx: Transaction, cartId: string, version: number): void {
    this.outbox.append(tx, domainEvent(CART_UPDATED, cartId, { cartId, version }));
  }

  private change(
    actor: Actor,
    id: string,
    { version, view }: { version: number | null; view: AnswerView },
    work: (tx: Transaction, cart: CartRow) => Promise<void>,
  ): Promise<Cart> {
    return this.database.transaction(async (tx) => {
      const key = keyOf(actor, id);
      const cart = await this.carts.lockForChange(tx, key, version, this.clock.now());
      if (!cart) throw await this.whyNot(tx, key, version);
      await work(tx, cart);
      this.tellChange(tx, id, cart.version);
      return toCart(cart, await this.show(tx, cart, view));
    });
  }

  private async add(tx: Transaction, cart: CartRow, items: readonly AddItem[]): Promise<void> {
    const quantities = new Map<string, number>();
    for (const { variantId, quantity } of items) {
      quantities.set(variantId, (quantities.get(variantId) ?? 0) + quantity);
    }
    const variants = await this.products.getForSale(tx, [...quantities.keys()], { currency: this.currencyOf(cart) });
    const units = [...variants.values()].map((variant) => {
      assertCurrency(variant.id, cart.currency, variant.currency);
      return {
        variantId: variant.id,
        quantity: quantities.get(variant.id) ?? 0,
        unitAmount: variant.priceAmount,
      };
    });
    if (units.some(({ quantity }) => quantity > MAX_QUANTITY)) throw problem('cart_full');
    await this.carts.addUnits(tx, cart.id, units, this.clock.now());
  }

  private async show(tx: Transaction, cart: CartRow, view: AnswerView): Promise<LineItemRow[]> {
    const items = await this.carts.showItems(tx, cart.id, this.lineView(cart, view));
    if (items.length > MAX_LINE_ITEMS) throw problem('cart_full');
    return items;
  }

  private async whyNot(tx: Transaction, key: CartKey, version: number | null): Promise<Problem> {
    const cart = await this.carts.findIn(tx, key);
    if (!cart) return problem('not_found');
    if (cart.state !== 'open') return problem('cart_not_open');
    return problem(version === null ? 'busy' : 'precondition_failed');
  }
}

function keyOf(actor: Actor, id: string): CartKey {
  const { userId, cartToken } = actor;
  return { id, userId, tokenHash: cartToken === undefined ? null : hashSecretToken(cartToken) };
}

/** @throws Problem `currency_mismatch` (409) */
function assertCurrency(variantId: string, expected: string, actual: string): void {
  if (expected !== actual) throw problem('currency_mismatch', { variantId, expected, actual });
}
