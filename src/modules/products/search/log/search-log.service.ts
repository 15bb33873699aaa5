import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../../../infrastructure/clock/clock.js';
import { Database, isRehearsing } from '../../../../infrastructure/database/database.js';
import { LOG, type Log } from '../../../../infrastructure/logging/logger.js';
import { PeriodicTask } from '../../../../infrastructure/periodic/periodic-task.js';
import { utcDay } from './days.js';
import { loggedQuery } from './logged-query.js';
import { SearchLogRepository, type CountedSearches } from './search-log.repository.js';

const FLUSH_MS = 5_000;
/** Different queries that are counted between two flushes; a flood of others is not. */
const MAX_QUERIES = 10_000;

/**
 * Counts what buyers search for, in memory, and adds it to the log every five seconds and
 * when the process stops. Who searches never waits for it; a process that is killed loses
 * the last seconds. It keeps no query that may name a person.
 */
@Injectable()
export class SearchLog extends PeriodicTask {
  private counted = new Map<string, CountedSearches>();
  private flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly searches: SearchLogRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(LOG) log: Log,
  ) {
    super(FLUSH_MS, log);
  }

  /** Counts a search for a query, as the buyer typed it, that found so many. */
  record({ query: raw, hits }: { readonly query: string; readonly hits: number }): void {
    if (isRehearsing()) return;
    const query = loggedQuery(raw);
    if (query !== '') this.count({ day: utcDay(this.clock.now()), query, searches: 1, withoutHits: hits === 0 ? 1 : 0 });
  }

  /** Adds to the log what was counted until now; after a failure it is counted still. */
  flush(): Promise<void> {
    const flushed = this.flushing.then(() => this.write());
    this.flushing = flushed.catch(() => undefined);
    return flushed;
  }

  /** Flushes once. */
  override async work(): Promise<boolean> {
    await this.flush();
    return false;
  }

  /** Flushes for the last time. */
  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    await this.flush().catch((error: unknown) => { this.log.warn({ err: error }, 'the last searches were not logged'); });
  }

  private count(more: CountedSearches): void {
    const key = `${more.day} ${more.query}`;
    const known = this.counted.get(key);
    if (!known && this.counted.size >= MAX_QUERIES) return;
    this.counted.set(key, {
      ...more,
      searches: more.searches + (known?.searches ?? 0),
      withoutHits: more.withoutHits + (known?.withoutHits ?? 0),
    });
  }

  private async write(): Promise<void> {
    if (this.counted.size === 0) return;
    const counted = [...this.counted.values()];
    this.counted = new Map();
    try {
      await this.database.transaction((tx) => this.searches.add(tx, counted));
    } catch (error) {
      for (const searches of counted) this.count(searches);
      throw error;
    }
  }
}
