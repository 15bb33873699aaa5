import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { OperationsRepository } from '../../../infrastructure/operations/operations.repository.js';
import { EventConsumer } from '../../../infrastructure/outbox/event-consumer.js';
import type { ReportProgress } from '../../../infrastructure/queues/job-processor.js';
import type { StoredEvent } from '../../../infrastructure/queues/job.js';
import { JobRunner } from '../../../infrastructure/queues/job-runner.js';
import { IMPORT_REQUESTED } from './import.events.js';
import { ImportChunksRepository } from './import-chunks.repository.js';
import { ImportRunner } from './import-runner.service.js';
import { ImportsRepository } from './imports.repository.js';
import { PRODUCT_IMPORTS } from './import.queue.js';

/** Imports uploaded product files. */
@Processor(PRODUCT_IMPORTS.queue.name)
export class ImportConsumer extends EventConsumer {
  override readonly definition = PRODUCT_IMPORTS;

  constructor(
    private readonly jobs: JobRunner,
    private readonly runner: ImportRunner,
    private readonly imports: ImportsRepository,
    private readonly chunks: ImportChunksRepository,
    private readonly operations: OperationsRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Runs a job of the queue. */
  @Process({ concurrency: PRODUCT_IMPORTS.queue.concurrency })
  run(job: Job): Promise<void> {
    return this.jobs.run(this, job);
  }

  override async handle(event: StoredEvent, report: ReportProgress): Promise<void> {
    await this.runner.run(importIdOf(event), report);
  }

  override async effect(tx: Transaction, event: StoredEvent): Promise<void> {
    const [id, now] = [importIdOf(event), this.clock.now()];
    await this.operations.end(tx, id, 'succeeded', null, now);
    await this.imports.finish(tx, id, null, now);
    await this.chunks.delete(tx, id);
  }

  override async abandon(tx: Transaction, event: StoredEvent): Promise<void> {
    const failure = { detail: 'The import was broken off by a fault on our side.' };
    const [id, now] = [importIdOf(event), this.clock.now()];
    await this.operations.end(tx, id, 'failed', failure, now);
    await this.imports.finish(tx, id, failure, now);
    await this.chunks.delete(tx, id);
  }
}

function importIdOf(event: StoredEvent): string {
  return IMPORT_REQUESTED.payload.parse(event.payload).importId;
}
