import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import type { StoredJob } from '../../../infrastructure/queues/job.js';
import { JobProcessor } from '../../../infrastructure/queues/job-processor.js';
import { JobRunner } from '../../../infrastructure/queues/job-runner.js';
import { DeliveryRunner, type DeliveryRun } from './delivery-runner.service.js';
import { WEBHOOK_DELIVERIES } from './webhook-deliveries.queue.js';

/** Sends deliveries to endpoints. */
@Processor(WEBHOOK_DELIVERIES.name)
export class WebhookDeliveriesProcessor extends JobProcessor {
  override readonly queue = WEBHOOK_DELIVERIES;
  override readonly writes = true;

  constructor(
    private readonly runner: JobRunner,
    private readonly deliveries: DeliveryRunner,
  ) {
    super();
  }

  /** Runs a job of the queue. */
  @Process({ concurrency: WEBHOOK_DELIVERIES.concurrency })
  run(job: Job): Promise<void> {
    return this.runner.run(this, job);
  }

  override work(job: StoredJob): Promise<void> {
    return this.deliveries.attempt(runOf(job));
  }

  override finish(tx: Transaction, job: StoredJob): Promise<void> {
    return this.deliveries.succeed(tx, runOf(job));
  }

  override giveUp(tx: Transaction, job: StoredJob): Promise<void> {
    return this.deliveries.fail(tx, runOf(job));
  }
}

function runOf({ id, payload }: StoredJob): DeliveryRun {
  return { ...WEBHOOK_DELIVERIES.payload.parse(payload), jobId: id };
}
