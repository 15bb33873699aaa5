import { Module } from '@nestjs/common';
import { OrdersModule } from './orders.module.js';
import { PaymentRecovery } from './payment-recovery.js';

/** The background work of orders. */
@Module({ imports: [OrdersModule], providers: [PaymentRecovery] })
export class OrdersWorkerModule {}
