import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { WorkMetrics } from '../metrics/work-metrics.js';
import { EventLogRepository } from './event-log.repository.js';
import { EventNumbering } from './event-numbering.js';
import { EventSweep } from './event-sweep.task.js';
import { Outbox } from './outbox.js';
import { Relay } from './relay.js';

/** Writing events and reading their log: for every role. */
@Global()
@Module({ providers: [Outbox, EventLogRepository], exports: [Outbox, EventLogRepository] })
export class OutboxModule {}

/** Relaying events: for the worker alone. */
@Module({
  imports: [DiscoveryModule],
  providers: [Relay, EventNumbering, EventSweep, WorkMetrics],
})
export class RelayModule {}
