import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/index.js';
import { OrderMailsConsumer } from './order-mails.consumer.js';

/** Mails. */
@Module({ imports: [OrdersModule], providers: [OrderMailsConsumer] })
export class NotificationsWorkerModule {}
