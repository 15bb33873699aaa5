import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DeliveryGauge } from './delivery-gauge.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { Inbox } from './inbox.js';
import { Outbox } from './outbox.js';
import { Relay } from './relay.js';

/** Writing events: for every role. */
@Global()
@Module({ providers: [Outbox, DeliveriesRepository], exports: [Outbox, DeliveriesRepository] })
export class OutboxModule {}

/** Relaying and consuming events: for the worker alone. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [Relay, Inbox, DeliveryGauge],
  exports: [Inbox],
})
export class RelayModule {}
