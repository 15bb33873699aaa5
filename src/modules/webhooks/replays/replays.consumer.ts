import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { Clock } from '../../../infrastructure/clock/clock.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { OperationsRepository } from '../../../infrastructure/operations/operations.repository.js';
import { EventConsumer } from '../../../infrastructure/outbox/event-consumer.js';
import type { StoredEvent } from '../../../infrastructure/queues/job.js';
import type { ReportProgress } from '../../../infrastructure/queues/job-processor.js';
import { JobRunner } from '../../../infrastructure/queues/job-runner.js';
import { WEBHOOK_REPLAY_REQUESTED } from '../webhook.events.js';
import { ReplayRunner, type Replay } from './replay-runner.service.js';
import { WEBHOOK_REPLAYS } from './replays.queue.js';

/** Delivers events of the past again. */
@Processor(WEBHOOK_REPLAYS.queue.name)
export class ReplaysConsumer extends EventConsumer {
  override readonly definition = WEBHOOK_REPLAYS;

  constructor(
    private readonly jobs: JobRunner,
    private readonly runner: ReplayRunner,
    private readonly operations: OperationsRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Runs a job of the queue. */
  @Process({ concurrency: WEBHOOK_REPLAYS.queue.concurrency })
  run(job: Job): Promise<void> {
    return this.jobs.run(this, job);
  }

  override async handle(event: StoredEvent, report: ReportProgress): Promise<void> {
    await this.runner.run(replayOf(event), report);
  }

  override async effect(tx: Transaction, event: StoredEvent): Promise<void> {
    await this.operations.end(tx, replayOf(event).operationId, 'succeeded', null, this.clock.now());
  }

  override async abandon(tx: Transaction, event: StoredEvent): Promise<void> {
    const failure = { detail: 'The replay was broken off by a fault on our side.' };
    await this.operations.end(tx, replayOf(event).operationId, 'failed', failure, this.clock.now());
  }
}

function replayOf(event: StoredEvent): Replay {
  return WEBHOOK_REPLAY_REQUESTED.payload.parse(event.payload);
}
