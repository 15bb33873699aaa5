import { Module } from '@nestjs/common';
import { OrdersModule } from './orders.module.js';
import { OrderPurchasesConsumer } from './order-purchases.consumer.js';
import { PaymentRecovery } from './payment-recovery.js';

/** The background work of orders. */
@Module({ imports: [OrdersModule], providers: [OrderPurchasesConsumer, PaymentRecovery] })
export class OrdersWorkerModule {}
