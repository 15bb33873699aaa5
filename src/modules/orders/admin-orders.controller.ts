import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../common/pagination/page.schema.js';
import { IdSchema } from '../../common/text/text.schema.js';
import { CurrentActor, type Actor } from '../../infrastructure/http/actor.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../infrastructure/idempotency/idempotent.decorator.js';
import { PAYMENT_EVENTS, PAYMENT_FAILED } from '../payments/index.js';
import { FulfilmentsService } from './fulfilments/fulfilments.service.js';
import { ORDER_CANCELLED, ORDER_FULFILLED } from './order.events.js';
import { OrderPaymentsService } from './order-payments.service.js';
import {
  AdminListOrdersSchema,
  AdminOrderPageSchema,
  AdminOrderSchema,
  CancelOrderSchema,
  FulfilOrderSchema,
  GetOrderSchema,
  RefundOrderSchema,
} from './order.schema.js';
import type { AdminListOrders, AdminOrder, CancelOrder, FulfilOrder, GetOrder, RefundOrder } from './order.schema.js';
import { OrdersService } from './orders.service.js';

const PROVIDER_PROBLEMS = ['payment_in_progress', 'payment_declined', 'payment_provider_unavailable'] as const;
const answersOrder = { answers: AdminOrderSchema, etag: 'version' } as const;

/** Orders, for staff. */
@ApiTags('Orders')
@Controller('v1/admin/orders')
export class AdminOrdersController {
  constructor(
    private readonly orders: OrdersService,
    private readonly orderPayments: OrderPaymentsService,
    private readonly fulfilments: FulfilmentsService,
  ) {}

  @Get()
  @Requires('orders:read')
  @Operation({
    id: 'adminListOrders',
    summary: 'List and find orders',
    answers: AdminOrderPageSchema,
    problems: ['invalid_cursor'],
  })
  list(@Query({ schema: AdminListOrdersSchema }) query: AdminListOrders): Promise<Page<AdminOrder>> {
    return this.orders.adminList(query);
  }

  @Get(':id')
  @Requires('orders:read')
  @Operation({ id: 'adminGetOrder', summary: 'Read any order', ...answersOrder })
  get(
    @Param('id', { schema: IdSchema }) id: string,
    @Query({ schema: GetOrderSchema }) query: GetOrder,
  ): Promise<AdminOrder> {
    return this.orders.adminGet(id, query);
  }

  @Post(':id/capture')
  @Requires('payments:write')
  @Idempotent('optional')
  @Operation({
    id: 'captureOrder', emits: [PAYMENT_EVENTS.capture, PAYMENT_FAILED],
    summary: 'Take the authorised amount of an order',
    problems: ['invalid_state_transition', ...PROVIDER_PROBLEMS],
    ...answersOrder,
  })
  capture(@Param('id', { schema: IdSchema }) id: string): Promise<AdminOrder> {
    return this.orderPayments.capture(id);
  }

  @Post(':id/fulfilments')
  @Requires('orders:write')
  @Idempotent('optional')
  @Operation({
    id: 'fulfilOrder', emits: [ORDER_FULFILLED],
    summary: 'Ship units of an order',
    status: 201,
    problems: ['invalid_state_transition', 'invalid_quantity'],
    ...answersOrder,
  })
  fulfil(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: IdSchema }) id: string,
    @Body({ schema: FulfilOrderSchema }) input: FulfilOrder,
  ): Promise<AdminOrder> {
    return this.fulfilments.fulfil(actor, id, input);
  }

  @Post(':id/cancel')
  @Requires('orders:write')
  @Idempotent('optional')
  @Operation({
    id: 'cancelOrder', emits: [ORDER_CANCELLED, PAYMENT_EVENTS.void, PAYMENT_EVENTS.refund, PAYMENT_FAILED],
    summary: 'Cancel an order: its stock and its money go back',
    problems: ['invalid_state_transition', ...PROVIDER_PROBLEMS],
    ...answersOrder,
  })
  cancel(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: IdSchema }) id: string,
    @Body({ schema: CancelOrderSchema }) input: CancelOrder,
  ): Promise<AdminOrder> {
    return this.orderPayments.cancel(actor, id, input);
  }

  @Post(':id/refunds')
  @Requires('payments:write')
  @Idempotent('optional')
  @Operation({
    id: 'refundOrder', emits: [PAYMENT_EVENTS.refund, PAYMENT_FAILED],
    summary: 'Give captured money back',
    status: 201,
    problems: ['invalid_state_transition', 'refund_exceeds_capture', 'currency_mismatch', ...PROVIDER_PROBLEMS],
    ...answersOrder,
  })
  refund(
    @Param('id', { schema: IdSchema }) id: string,
    @Body({ schema: RefundOrderSchema }) input: RefundOrder,
  ): Promise<AdminOrder> {
    return this.orderPayments.refund(id, input);
  }
}
