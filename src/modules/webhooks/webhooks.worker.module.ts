import { Module } from '@nestjs/common';
import { UsersModule } from '../users/index.js';
import { DeliveryRunner } from './deliveries/delivery-runner.service.js';
import { DeliverySweep } from './deliveries/delivery-sweep.task.js';
import { WebhookDeliveriesProcessor } from './deliveries/webhook-deliveries.processor.js';
import { WebhookSender } from './deliveries/webhook-sender.js';
import { WebhooksConsumer } from './deliveries/webhooks.consumer.js';
import { WebhookMailsConsumer } from './mails/webhook-mails.consumer.js';
import { ReplayRunner } from './replays/replay-runner.service.js';
import { ReplaysConsumer } from './replays/replays.consumer.js';
import { WebhooksModule } from './webhooks.module.js';

/** The jobs of webhooks. */
@Module({
  imports: [UsersModule, WebhooksModule],
  providers: [
    DeliveryRunner,
    DeliverySweep,
    ReplayRunner,
    ReplaysConsumer,
    WebhookDeliveriesProcessor,
    WebhookMailsConsumer,
    WebhookSender,
    WebhooksConsumer,
  ],
})
export class WebhooksWorkerModule {}
