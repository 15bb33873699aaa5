import type { Transaction } from '../database/transaction.js';
import type { StoredJob } from './job.js';
import type { QueueDefinition } from './queue-registry.js';

/** Says how far a job has come, in percent; shown with the job. */
export type ReportProgress = (percent: number) => Promise<void>;

/**
 * Does the jobs of a queue, each at least once.
 *
 * `work` runs outside of a transaction and must be safe to repeat; `finish` runs in
 * the transaction that records the job as done, so it happens once.
 */
export abstract class JobProcessor {
  abstract readonly queue: QueueDefinition;

  /** Whether `finish` writes anything; jobs without are recorded as done together. */
  abstract readonly writes: boolean;

  /** Work outside of the database, or in transactions of its own. */
  abstract work(job: StoredJob, report: ReportProgress): Promise<void>;

  /** What is written together with the record that the job is done. */
  abstract finish(tx: Transaction, job: StoredJob): Promise<void>;

  /** What is written together with the record that the job failed for good. */
  abstract giveUp(tx: Transaction, job: StoredJob): Promise<void>;
}
