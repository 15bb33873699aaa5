import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { ScheduledTask } from '../tasks/scheduled-task.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** Forgets the idempotency keys that have expired. */
@Injectable()
export class IdempotencySweep extends ScheduledTask {
  override readonly name = 'sweep-idempotency-keys';

  constructor(
    private readonly repository: IdempotencyRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Forgets them batch by batch. */
  override async run(): Promise<void> {
    while (await this.database.transaction((tx) => this.repository.deleteExpired(tx, this.clock.now())));
  }
}
