import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CartsModule } from '../carts/index.js';
import { InventoryModule } from '../inventory/index.js';
import { PaymentsModule } from '../payments/index.js';
import { ProductsModule, ReviewsModule } from '../products/index.js';
import { AdminOrdersController } from './admin-orders.controller.js';
import { FulfilmentLineEntity } from './fulfilments/fulfilment-line.entity.js';
import { FulfilmentEntity } from './fulfilments/fulfilment.entity.js';
import { FulfilmentsRepository } from './fulfilments/fulfilments.repository.js';
import { FulfilmentsService } from './fulfilments/fulfilments.service.js';
import { OrderLineEntity } from './order-line.entity.js';
import { OrderOutcomeService } from './order-outcome.service.js';
import { OrderPaymentsService } from './order-payments.service.js';
import { OrderPlacementService } from './order-placement.service.js';
import { OrderPurchasesService } from './order-purchases.service.js';
import { OrderReadsRepository } from './order-reads.repository.js';
import { OrderSettlementService } from './order-settlement.service.js';
import { OrderSourcesService } from './order-sources.service.js';
import { OrderTransitionEntity } from './order-transition.entity.js';
import { OrderEntity } from './order.entity.js';
import { OrdersController } from './orders.controller.js';
import { OrdersRepository } from './orders.repository.js';
import { OrdersService } from './orders.service.js';

const ENTITIES = [OrderEntity, OrderLineEntity, OrderTransitionEntity, FulfilmentEntity, FulfilmentLineEntity];

/** Orders. */
@Module({
  imports: [CartsModule, InventoryModule, PaymentsModule, ProductsModule, ReviewsModule, TypeOrmModule.forFeature(ENTITIES)],
  providers: [
    FulfilmentsRepository,
    FulfilmentsService,
    OrderOutcomeService,
    OrderPaymentsService,
    OrderPlacementService,
    OrderPurchasesService,
    OrderReadsRepository,
    OrderSettlementService,
    OrderSourcesService,
    OrdersRepository,
    OrdersService,
  ],
  exports: [FulfilmentsService, OrderPaymentsService, OrderPlacementService, OrderPurchasesService, OrderSettlementService, OrdersService],
})
export class OrdersModule {}

/** The routes of orders. */
@Module({ imports: [OrdersModule], controllers: [OrdersController, AdminOrdersController] })
export class OrdersApiModule {}
