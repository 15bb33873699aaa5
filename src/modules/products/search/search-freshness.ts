import { Inject, Injectable } from '@nestjs/common';
import { Notifications } from '../../../infrastructure/database/notifications.js';
import { LOG, type Log } from '../../../infrastructure/logging/logger.js';
import { PeriodicTask } from '../../../infrastructure/periodic/periodic-task.js';
import { SearchIndexService } from './search-index.service.js';

const INTERVAL_MS = 1_000;
/** Channel on which PostgreSQL tells that products were noted. */
const SEARCH_CHANNEL = 'orderly_search';

/** Brings noted products up to date as soon as they are told of, and looks for itself each second. */
@Injectable()
export class SearchFreshness extends PeriodicTask {
  private speaks = false;

  constructor(
    private readonly index: SearchIndexService,
    notifications: Notifications,
    @Inject(LOG) log: Log,
  ) {
    super(INTERVAL_MS, log);
    notifications.listen(SEARCH_CHANNEL, () => { this.wake(); });
  }

  protected override async work(): Promise<boolean> {
    if (!this.speaks) await this.index.setLanguage();
    this.speaks = true;
    return this.index.indexStale();
  }
}
