import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { IdSchema } from '../../common/text/text.schema.js';
import { StreamOperation } from '../../infrastructure/event-streams/stream-operation.decorator.js';
import { EventStreams } from '../../infrastructure/event-streams/event-streams.js';
import { LastEventId } from '../../infrastructure/event-streams/last-event-id.decorator.js';
import { StreamQuerySchema, type StreamQuery } from '../../infrastructure/event-streams/stream-query.schema.js';
import { CurrentActor, type Actor } from '../../infrastructure/http/actor.js';
import { Shown, type AnswerView } from '../../infrastructure/http/answer-view.js';
import { IfMatch } from '../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../infrastructure/idempotency/idempotent.decorator.js';
import { AddItemSchema, CartSchema, CreateCartSchema, GetCartSchema, SetQuantitySchema } from './cart.schema.js';
import type { AddItem, Cart, CreateCart, GetCart, SetQuantity } from './cart.schema.js';
import { CART_CREATED, CART_UPDATED } from './cart.events.js';
import { CartsService } from './carts.service.js';

const answersCart = { answers: CartSchema, etag: 'version', localized: true } as const;
const changesCart = { ...answersCart, ifMatch: 'optional', tokenHeader: 'X-Cart-Token' } as const;

/** Carts of guests and customers. */
@ApiTags('Carts')
@Controller('v1/carts')
export class CartsController {
  constructor(
    private readonly carts: CartsService,
    private readonly streams: EventStreams,
  ) {}

  @Post()
  @Requires('carts:write')
  @Idempotent('optional')
  @Operation({
    id: 'createCart', emits: [CART_CREATED],
    summary: 'Make a cart, with its first line items if you like',
    status: 201,
    location: '/v1/carts/{id}',
    problems: ['variant_unavailable', 'currency_mismatch', 'cart_full'],
    ...answersCart,
  })
  create(
    @CurrentActor() actor: Actor,
    @Body({ schema: CreateCartSchema }) input: CreateCart,
    @Shown() view: AnswerView,
  ): Promise<Cart> {
    return this.carts.create(actor, input, view);
  }

  @Get(':id')
  @Requires('carts:write')
  @Operation({ id: 'getCart', summary: 'Read a cart at present prices', tokenHeader: 'X-Cart-Token', ...answersCart })
  get(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: IdSchema }) id: string,
    @Query({ schema: GetCartSchema }) query: GetCart,
    @Shown() view: AnswerView,
  ): Promise<Cart> {
    return this.carts.get(actor, id, query, view);
  }

  @Get(':id/events')
  @Requires('carts:write')
  @StreamOperation({ id: 'streamCart', summary: 'Hear of each change of a cart when it happens', tokenHeader: 'X-Cart-Token' })
  async stream(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: IdSchema }) id: string,
    @LastEventId() lastEventId: number | null,
    @Query({ schema: StreamQuerySchema }) query: StreamQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const subjects = await this.carts.eventSubjects(actor, id);
    await this.streams.open(reply, { subjects, after: lastEventId ?? query.lastEventId });
  }

  @Post(':id/items')
  @Requires('carts:write')
  @Idempotent('optional')
  @Operation({
    id: 'addCartItem', emits: [CART_UPDATED],
    summary: 'Add units of a variant to a cart',
    status: 201,
    problems: ['variant_unavailable', 'currency_mismatch', 'cart_full', 'cart_not_open'],
    ...changesCart,
  })
  addItem(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('optional') version: number | null,
    @Body({ schema: AddItemSchema }) item: AddItem,
    @Shown() view: AnswerView,
  ): Promise<Cart> {
    return this.carts.addItem(actor, id, version, item, view);
  }

  @Patch(':id/items/:itemId')
  @Requires('carts:write')
  @Idempotent('optional')
  @Operation({
    id: 'setCartItemQuantity', emits: [CART_UPDATED],
    summary: 'Set the quantity of a line item',
    problems: ['cart_not_open'],
    ...changesCart,
  })
  setQuantity(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: IdSchema }) cartId: string,
    @Param('itemId', { schema: IdSchema }) itemId: string,
    @IfMatch('optional') version: number | null,
    @Body({ schema: SetQuantitySchema }) { quantity }: SetQuantity,
    @Shown() view: AnswerView,
  ): Promise<Cart> {
    return this.carts.setQuantity(actor, { cartId, itemId }, version, quantity, view);
  }

  @Delete(':id/items/:itemId')
  @Requires('carts:write')
  @Idempotent('optional')
  @Operation({
    id: 'removeCartItem', emits: [CART_UPDATED],
    summary: 'Take a line item out of a cart',
    problems: ['cart_not_open'],
    ...changesCart,
  })
  removeItem(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: IdSchema }) cartId: string,
    @Param('itemId', { schema: IdSchema }) itemId: string,
    @IfMatch('optional') version: number | null,
    @Shown() view: AnswerView,
  ): Promise<Cart> {
    return this.carts.removeItem(actor, { cartId, itemId }, version, view);
  }
}
