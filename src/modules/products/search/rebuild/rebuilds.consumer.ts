import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { Clock } from '../../../../infrastructure/clock/clock.js';
import type { Transaction } from '../../../../infrastructure/database/transaction.js';
import { OperationsRepository } from '../../../../infrastructure/operations/operations.repository.js';
import { EventConsumer } from '../../../../infrastructure/outbox/event-consumer.js';
import type { StoredEvent } from '../../../../infrastructure/queues/job.js';
import type { ReportProgress } from '../../../../infrastructure/queues/job-processor.js';
import { JobRunner } from '../../../../infrastructure/queues/job-runner.js';
import { SEARCH_REBUILD_REQUESTED } from './rebuild.events.js';
import { SEARCH_REBUILDS } from './rebuild.queue.js';
import { RebuildRunner } from './rebuild-runner.service.js';

/** Builds the search anew. */
@Processor(SEARCH_REBUILDS.queue.name)
export class RebuildsConsumer extends EventConsumer {
  override readonly definition = SEARCH_REBUILDS;

  constructor(
    private readonly jobs: JobRunner,
    private readonly runner: RebuildRunner,
    private readonly operations: OperationsRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Runs a job of the queue. */
  @Process({ concurrency: SEARCH_REBUILDS.queue.concurrency })
  run(job: Job): Promise<void> {
    return this.jobs.run(this, job);
  }

  override async handle(event: StoredEvent, report: ReportProgress): Promise<void> {
    await this.runner.run(operationIdOf(event), report);
  }

  override async effect(tx: Transaction, event: StoredEvent): Promise<void> {
    await this.operations.end(tx, operationIdOf(event), 'succeeded', null, this.clock.now());
  }

  override async abandon(tx: Transaction, event: StoredEvent): Promise<void> {
    const failure = { detail: 'The rebuild was broken off by a fault on our side.' };
    await this.operations.end(tx, operationIdOf(event), 'failed', failure, this.clock.now());
  }
}

function operationIdOf(event: StoredEvent): string {
  return SEARCH_REBUILD_REQUESTED.payload.parse(event.payload).operationId;
}
