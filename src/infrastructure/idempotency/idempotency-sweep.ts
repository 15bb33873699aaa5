import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { LOG, type Log } from '../logging/logger.js';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { IdempotencyRepository } from './idempotency.repository.js';

const INTERVAL_MS = 600_000;

/** Forgets, in the worker, the idempotency keys that have expired. */
@Injectable()
export class IdempotencySweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: PeriodicTask;

  constructor(
    private readonly repository: IdempotencyRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(LOG) log: Log,
  ) {
    this.task = new PeriodicTask('idempotency sweep', INTERVAL_MS, () => this.sweep(), log);
  }

  /** Sweeps now, and every ten minutes. */
  onApplicationBootstrap(): void {
    this.task.start();
  }

  /** Stops sweeping; a running turn ends first. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  /** Forgets a batch of keys; true when there may be more. */
  sweep(): Promise<boolean> {
    return this.database.transaction((tx) => this.repository.deleteExpired(tx, this.clock.now()));
  }
}
