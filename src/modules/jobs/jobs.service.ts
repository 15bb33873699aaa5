import { Injectable } from '@nestjs/common';
import { decodeCursor, listFingerprint } from '../../common/pagination/cursor.js';
import { toPage, type Page } from '../../common/pagination/page.schema.js';
import { problem } from '../../common/problems/problem.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { JobControlRepository, type JobRecord } from '../../infrastructure/queues/job-control.repository.js';
import { JobsRepository } from '../../infrastructure/queues/jobs.repository.js';
import { toJob } from './job.mapper.js';
import type { Job, ListJobs } from './job.schema.js';

/** The jobs of every queue, for staff. */
@Injectable()
export class JobsService {
  constructor(
    private readonly control: JobControlRepository,
    private readonly jobs: JobsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** A page of jobs, the newest first. */
  async list({ limit, cursor, ...filters }: ListJobs): Promise<Page<Job>> {
    const fingerprint = listFingerprint(filters);
    const after = cursor === undefined ? undefined : decodeCursor(fingerprint, cursor, 'text');
    const rows = await this.control.list({ ...filters, limit, beforeId: after?.id });
    return toPage(rows, limit, fingerprint, ({ id }) => ({ value: '', id }), toJob);
  }

  /**
   * A job.
   *
   * @throws Problem `not_found` (404)
   */
  async get(id: string): Promise<Job> {
    const row = await this.control.find(id);
    if (!row) throw problem('not_found');
    return toJob(row);
  }

  /**
   * Lets a job that waits or has failed run at once.
   *
   * @throws Problem `not_found` (404), `invalid_state_transition` (409)
   */
  retry(id: string): Promise<Job> {
    return this.change(id, 'retry', async (tx, now) => {
      const row = await this.control.retry(tx, id, now);
      await this.jobs.wake(tx);
      return row;
    });
  }

  /**
   * Ends a job that waits or has failed without doing it; a run that is under way has no effect.
   *
   * @throws Problem `not_found` (404), `invalid_state_transition` (409)
   */
  remove(id: string): Promise<Job> {
    return this.change(id, 'remove', async (tx, now) => {
      const row = await this.control.cancel(tx, id, now);
      await this.jobs.wake(tx);
      return row;
    });
  }

  private change(
    id: string,
    action: string,
    work: (tx: Transaction, now: Date) => Promise<JobRecord | null>,
  ): Promise<Job> {
    return this.database.transaction(async (tx) => {
      const found = await this.control.lock(tx, id);
      if (!found) throw problem('not_found');
      const changed = await work(tx, this.clock.now());
      if (!changed) throw problem('invalid_state_transition', { state: found.state, action });
      return toJob(changed);
    });
  }
}
