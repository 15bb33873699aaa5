import { Injectable } from '@nestjs/common';
import type { Page } from '../../common/pagination/page.schema.js';
import { problem } from '../../common/problems/problem.js';
import { matchesSecretToken } from '../../common/secrets/secret-token.js';
import type { Actor, SignedInActor } from '../../infrastructure/http/actor.js';
import { toAdminOrder, toOrder } from './order.mapper.js';
import { OrderReadsRepository } from './order-reads.repository.js';
import type { AdminListOrders, AdminOrder, ListOrders, Order } from './order.schema.js';

/** Reads of orders. */
@Injectable()
export class OrdersService {
  constructor(private readonly reads: OrderReadsRepository) {}

  /**
   * An order of the caller: its buyer, or whoever holds its token.
   *
   * @throws Problem `not_found` (404), also when it is another's
   */
  async get(actor: Actor, id: string): Promise<Order> {
    const row = await this.reads.find(id);
    const mine =
      row !== null &&
      ((actor.userId !== null && row.userId === actor.userId) || matchesSecretToken(actor.orderToken, row.tokenHash));
    if (!mine) throw problem('not_found');
    return toOrder(row);
  }

  /** A page of the caller's own orders, newest first. */
  list(actor: SignedInActor, query: ListOrders): Promise<Page<Order>> {
    return this.reads.list({ ...query, userId: actor.userId, sort: '-createdAt' }, toOrder);
  }

  /** A page of all orders, for staff. */
  adminList(query: AdminListOrders): Promise<Page<AdminOrder>> {
    return this.reads.list(query, toAdminOrder);
  }

  /**
   * Any order, for staff.
   *
   * @throws Problem `not_found` (404)
   */
  async adminGet(id: string): Promise<AdminOrder> {
    const row = await this.reads.find(id);
    if (!row) throw problem('not_found');
    return toAdminOrder(row);
  }

  /** An order for a mail about it, or `null`. */
  async findForMail(id: string): Promise<Order | null> {
    const row = await this.reads.find(id);
    return row && toOrder(row);
  }
}
