import { Injectable } from '@nestjs/common';
import { Config } from '../../../../../config/config.js';
import { Clock } from '../../../../infrastructure/clock/clock.js';
import { Database } from '../../../../infrastructure/database/database.js';
import { ScheduledTask } from '../../../../infrastructure/tasks/scheduled-task.js';
import { utcDay } from './days.js';
import { SearchLogRepository } from './search-log.repository.js';

/** Forgets what buyers searched for on days that are older than the log is kept. */
@Injectable()
export class SearchLogSweep extends ScheduledTask {
  override readonly name = 'sweep-search-log';

  constructor(
    private readonly searches: SearchLogRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    super();
  }

  /** Forgets them batch by batch. */
  override async run(): Promise<void> {
    const before = utcDay(new Date(this.clock.now().getTime() - this.config.retention.searchesMs));
    while (await this.database.transaction((tx) => this.searches.deleteBefore(tx, before)));
  }
}
