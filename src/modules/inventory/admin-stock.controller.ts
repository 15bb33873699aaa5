import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IdSchema } from '../../common/text/text.schema.js';
import { CurrentActor, type Actor } from '../../infrastructure/http/actor.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../infrastructure/idempotency/idempotent.decorator.js';
import { InventoryService } from './inventory.service.js';
import { STOCK_ADJUSTED } from './stock.events.js';
import { StockAdjustmentSchema, StockLevelSchema } from './stock.schema.js';
import type { StockAdjustment, StockLevel } from './stock.schema.js';

/** Stock, for staff. */
@ApiTags('Stock')
@Controller('v1/admin/stock')
export class AdminStockController {
  constructor(private readonly inventory: InventoryService) {}

  @Get(':variantId')
  @Requires('stock:read')
  @Operation({ id: 'getStock', summary: 'Read the stock of a variant', answers: StockLevelSchema })
  get(@Param('variantId', { schema: IdSchema }) variantId: string): Promise<StockLevel> {
    return this.inventory.get(variantId);
  }

  @Post(':variantId/adjustments')
  @Requires('stock:write')
  @Idempotent('optional')
  @Operation({
    id: 'adjustStock', emits: [STOCK_ADJUSTED],
    summary: 'Add units on hand, or take them away',
    status: 201,
    answers: StockLevelSchema,
    problems: ['stock_reserved'],
  })
  adjust(
    @CurrentActor() actor: Actor,
    @Param('variantId', { schema: IdSchema }) variantId: string,
    @Body({ schema: StockAdjustmentSchema }) adjustment: StockAdjustment,
  ): Promise<StockLevel> {
    return this.inventory.adjust(actor, variantId, adjustment);
  }
}
