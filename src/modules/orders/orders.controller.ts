import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Page } from '../../common/pagination/page.schema.js';
import { IdSchema } from '../../common/text/text.schema.js';
import { EventStreams } from '../../infrastructure/event-streams/event-streams.js';
import { LastEventId } from '../../infrastructure/event-streams/last-event-id.decorator.js';
import { StreamOperation } from '../../infrastructure/event-streams/stream-operation.decorator.js';
import { StreamQuerySchema, type StreamQuery } from '../../infrastructure/event-streams/stream-query.schema.js';
import { CurrentActor, type Actor, type SignedInActor } from '../../infrastructure/http/actor.js';
import { Shown, type AnswerView } from '../../infrastructure/http/answer-view.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../infrastructure/idempotency/idempotent.decorator.js';
import { CART_UPDATED } from '../carts/index.js';
import { PAYMENT_EVENTS, PAYMENT_FAILED } from '../payments/index.js';
import { ORDER_CANCELLED, ORDER_CREATED, ORDER_PLACED } from './order.events.js';
import { OrderPlacementService } from './order-placement.service.js';
import { GetOrderSchema, ListOrdersSchema, OrderPageSchema, OrderSchema, PlaceOrderSchema } from './order.schema.js';
import type { GetOrder, ListOrders, Order, PlaceOrder } from './order.schema.js';
import { OrdersService } from './orders.service.js';

/** Orders of guests and customers. */
@ApiTags('Orders')
@Controller('v1/orders')
export class OrdersController {
  constructor(
    private readonly orders: OrdersService,
    private readonly placement: OrderPlacementService,
    private readonly streams: EventStreams,
  ) {}

  @Post()
  @Requires('orders:place')
  @Idempotent('required')
  @Operation({
    id: 'placeOrder',
    emits: [
      CART_UPDATED,
      ORDER_CREATED,
      ORDER_PLACED,
      ORDER_CANCELLED,
      PAYMENT_EVENTS.authorise,
      PAYMENT_FAILED,
    ],
    rate: 'checkout',
    summary: 'Place an order from a cart or from items',
    description:
      'Prices are read again and stock is reserved; the payment is authorised. Any number of calls with one Idempotency-Key place one order. A guest sends the cart’s token as `X-Cart-Token` and reads the order again with its `token` as `X-Order-Token`. The lines keep the titles in the language of this request.',
    status: 201,
    answers: OrderSchema,
    etag: 'version',
    localized: true,
    location: '/v1/orders/{id}',
    tokenHeader: 'X-Cart-Token',
    problems: [
      'not_found',
      'cart_not_open',
      'cart_empty',
      'variant_unavailable',
      'currency_mismatch',
      'price_changed',
      'insufficient_stock',
      'payment_declined',
      'payment_provider_unavailable',
    ],
  })
  place(
    @CurrentActor() actor: Actor,
    @Body({ schema: PlaceOrderSchema }) input: PlaceOrder,
    @Shown() view: AnswerView,
  ): Promise<Order> {
    return this.placement.place(actor, input, view);
  }

  @Get()
  @Requires('own-orders:read')
  @Operation({
    id: 'listOrders',
    summary: 'List your own orders',
    answers: OrderPageSchema,
    problems: ['invalid_cursor'],
  })
  list(
    @CurrentActor() actor: SignedInActor,
    @Query({ schema: ListOrdersSchema }) query: ListOrders,
  ): Promise<Page<Order>> {
    return this.orders.list(actor, query);
  }

  @Get(':id')
  @Requires('orders:place')
  @Operation({
    id: 'getOrder',
    summary: 'Read your own order',
    answers: OrderSchema,
    etag: 'version',
    tokenHeader: 'X-Order-Token',
  })
  get(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: IdSchema }) id: string,
    @Query({ schema: GetOrderSchema }) query: GetOrder,
  ): Promise<Order> {
    return this.orders.get(actor, id, query);
  }

  @Get(':id/events')
  @Requires('orders:place')
  @StreamOperation({
    id: 'streamOrder',
    summary: 'Hear of each change of your own order and of its payment when it happens',
    tokenHeader: 'X-Order-Token',
  })
  async stream(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: IdSchema }) id: string,
    @LastEventId() lastEventId: number | null,
    @Query({ schema: StreamQuerySchema }) query: StreamQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const subjects = await this.orders.eventSubjects(actor, id);
    await this.streams.open(reply, { subjects, after: lastEventId ?? query.lastEventId });
  }
}
