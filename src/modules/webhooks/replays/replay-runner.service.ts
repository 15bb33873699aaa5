import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { OperationsRepository } from '../../../infrastructure/operations/operations.repository.js';
import { EventLogRepository, type LoggedEvent } from '../../../infrastructure/outbox/event-log.repository.js';
import type { ReportProgress } from '../../../infrastructure/queues/job-processor.js';
import { DeliveryWriter } from '../deliveries/delivery-writer.js';
import { eventMessage } from '../deliveries/webhook-message.js';
import type { WEBHOOK_REPLAY_REQUESTED } from '../webhook.events.js';
import { WebhookEndpointsRepository } from '../webhook-endpoints.repository.js';
import { ReplayResultSchema, type ReplayResult } from './replay.schema.js';

const BATCH = 200;

/** What is to be delivered again. */
export type Replay = z.output<typeof WEBHOOK_REPLAY_REQUESTED.payload>;

/** Makes deliveries of the events of the log; each batch and its position are one transaction. */
@Injectable()
export class ReplayRunner {
  constructor(
    private readonly events: EventLogRepository,
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly writer: DeliveryWriter,
    private readonly operations: OperationsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Delivers what is left of a replay; a run that was broken off goes on where it stopped.
   *
   * @param report told the percentage after each batch
   */
  async run(replay: Replay, report: ReportProgress): Promise<void> {
    for (;;) {
      const done = await this.standingOf(replay);
      if (!done) return;
      const events = await this.next(replay, done);
      const [last] = events.slice(-1);
      if (!last) return;
      const percent = this.percentOf(replay, last);
      if (!(await this.database.transaction((tx) => this.deliver(tx, replay, { done, events, percent })))) return;
      await report(percent);
      if (events.length < BATCH) return;
    }
  }

  /** How far a replay has come; `null` when it has ended. */
  private async standingOf({ operationId }: Replay): Promise<ReplayResult | null> {
    const operation = await this.operations.find(operationId);
    if (!operation || !['queued', 'running'].includes(operation.state)) return null;
    return ReplayResultSchema.parse(operation.result);
  }

  private next({ eventTypes, from, to }: Replay, { position }: ReplayResult): Promise<LoggedEvent[]> {
    return this.events.list({
      after: position,
      limit: BATCH,
      types: eventTypes.length > 0 ? eventTypes : undefined,
      from: new Date(from),
      before: new Date(to),
    });
  }

  /** False when the replay has ended, or ends now. */
  private async deliver(
    tx: Transaction,
    { operationId, endpointId }: Replay,
    { done, events, percent }: { done: ReplayResult; events: readonly LoggedEvent[]; percent: number },
  ): Promise<boolean> {
    const now = this.clock.now();
    const running = await this.operations.lockRunning(tx, operationId);
    if (!running) return false;
    if (running.cancelRequested) {
      await this.operations.end(tx, operationId, 'cancelled', null, now);
      return false;
    }
    // Another run of the same replay has overtaken this one: it looks again where that one stands.
    if (ReplayResultSchema.parse(running.result).position !== done.position) return true;
    if (!(await this.endpoints.holdIfActive(tx, endpointId))) {
      await this.operations.end(tx, operationId, 'failed', { detail: 'The endpoint was disabled or deleted.' }, now);
      return false;
    }
    await this.writer.addEach(tx, [endpointId], events.map(eventMessage));
    const result: ReplayResult = {
      position: events.at(-1)?.position ?? done.position,
      deliveries: done.deliveries + events.length,
    };
    await this.operations.advance(tx, operationId, percent, result, now);
    return true;
  }

  /** By time: how many events there are is not counted first. */
  private percentOf({ from, to }: Replay, { occurredAt }: LoggedEvent): number {
    const [begin, end] = [Date.parse(from), Math.min(Date.parse(to), this.clock.now().getTime())];
    if (end <= begin) return 0;
    return Math.max(0, Math.min(99, Math.floor(((occurredAt.getTime() - begin) / (end - begin)) * 100)));
  }
}
