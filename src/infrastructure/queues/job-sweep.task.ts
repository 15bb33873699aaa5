import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/config.js';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { ScheduledTask } from '../tasks/scheduled-task.js';
import { JobsRepository } from './jobs.repository.js';

/** Forgets jobs that were done long ago; dead letters stay. */
@Injectable()
export class JobSweep extends ScheduledTask {
  override readonly name = 'sweep-jobs';

  constructor(
    private readonly jobs: JobsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    super();
  }

  /** Forgets them batch by batch. */
  override async run(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.config.retention.jobsMs);
    while (await this.database.transaction((tx) => this.jobs.deleteSettled(tx, before)));
  }
}
