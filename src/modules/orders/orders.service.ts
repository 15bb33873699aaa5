import { Injectable } from '@nestjs/common';
import type { Page } from '../../common/pagination/page.schema.js';
import { problem } from '../../common/problems/problem.js';
import { matchesSecretToken } from '../../common/secrets/secret-token.js';
import type { Actor, SignedInActor } from '../../infrastructure/http/actor.js';
import type { EventSubject } from '../../infrastructure/outbox/event-log.repository.js';
import { PAYMENT_FAILED } from '../payments/index.js';
import { ProductsService } from '../products/index.js';
import { ORDER_CREATED } from './order.events.js';
import { toAdminOrder, toOrder } from './order.mapper.js';
import { OrderReadsRepository, type OrderRead } from './order-reads.repository.js';
import type { AdminListOrders, AdminOrder, GetOrder, ListOrders, Order } from './order.schema.js';

/** Reads of orders. */
@Injectable()
export class OrdersService {
  constructor(
    private readonly reads: OrderReadsRepository,
    private readonly products: ProductsService,
  ) {}

  /**
   * An order of the caller: its buyer, or whoever holds its token.
   *
   * @throws Problem `not_found` (404), also when it is another's
   */
  async get(actor: Actor, id: string, { expand }: GetOrder = {}): Promise<Order> {
    return this.withProducts(expand, toOrder(await this.find(actor, id)));
  }

  /**
   * What the events of an order of the caller happen to: the order and its payment.
   *
   * @throws Problem `not_found` (404), also when it is another's
   */
  async eventSubjects(actor: Actor, id: string): Promise<EventSubject[]> {
    const { payment } = await this.find(actor, id);
    return [
      { type: ORDER_CREATED.aggregate, id },
      { type: PAYMENT_FAILED.aggregate, id: payment.id },
    ];
  }

  /** A page of the caller's own orders, newest first. */
  async list(actor: SignedInActor, { expand, ...query }: ListOrders): Promise<Page<Order>> {
    const page = await this.reads.list({ ...query, userId: actor.userId, sort: '-createdAt' }, toOrder);
    return this.pageWithProducts(expand, page);
  }

  /** A page of all orders, for staff. */
  async adminList({ expand, ...query }: AdminListOrders): Promise<Page<AdminOrder>> {
    return this.pageWithProducts(expand, await this.reads.list(query, toAdminOrder));
  }

  /**
   * Any order, for staff.
   *
   * @throws Problem `not_found` (404)
   */
  async adminGet(id: string, { expand }: GetOrder = {}): Promise<AdminOrder> {
    const row = await this.reads.find(id);
    if (!row) throw problem('not_found');
    return this.withProducts(expand, toAdminOrder(row));
  }

  /** An order for a mail about it, or `null`. */
  async findForMail(id: string): Promise<Order | null> {
    const row = await this.reads.find(id);
    return row && toOrder(row);
  }

  private async find(actor: Actor, id: string): Promise<OrderRead> {
    const row = await this.reads.find(id);
    const mine =
      row !== null &&
      ((actor.userId !== null && row.userId === actor.userId) || matchesSecretToken(actor.orderToken, row.tokenHash));
    if (!mine) throw problem('not_found');
    return row;
  }

  private async withProducts<T extends Order>(expand: GetOrder['expand'], order: T): Promise<T> {
    const { data } = await this.pageWithProducts(expand, { data: [order], nextCursor: null });
    return data[0] ?? order;
  }

  /** One statement for all lines of all orders. */
  private async pageWithProducts<T extends Order>(expand: GetOrder['expand'], page: Page<T>): Promise<Page<T>> {
    if (expand === undefined) return page;
    const ids = page.data.flatMap(({ lines }) => lines.map(({ productId }) => productId));
    const products = await this.products.getReferences(ids);
    const data = page.data.map((order) => ({
      ...order,
      lines: order.lines.map((line) => ({ ...line, product: products.get(line.productId) })),
    }));
    return { ...page, data };
  }
}
