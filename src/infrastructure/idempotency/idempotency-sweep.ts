import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { LOG, type Log } from '../logging/logger.js';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { IdempotencyRepository } from './idempotency.repository.js';

const INTERVAL_MS = 600_000;

/** Forgets, in the worker, the idempotency keys that have expired. */
@Injectable()
export class IdempotencySweep extends PeriodicTask {
  constructor(
    private readonly repository: IdempotencyRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(LOG) log: Log,
  ) {
    super(INTERVAL_MS, log);
  }

  /** Forgets a batch of keys; true when there may be more. */
  override work(): Promise<boolean> {
    return this.database.transaction((tx) => this.repository.deleteExpired(tx, this.clock.now()));
  }
}
