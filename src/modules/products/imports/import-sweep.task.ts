import { Injectable } from '@nestjs/common';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import { ScheduledTask } from '../../../infrastructure/tasks/scheduled-task.js';
import { ImportChunksRepository } from './import-chunks.repository.js';

const STOPPED_MS = 6 * 3_600_000;

/** Forgets uploads whose process ended in the middle. */
@Injectable()
export class ImportSweep extends ScheduledTask {
  override readonly name = 'sweep-import-uploads';

  constructor(
    private readonly chunks: ImportChunksRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Forgets those that got no more bytes for some hours. */
  override async run(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - STOPPED_MS);
    await this.database.transaction((tx) => this.chunks.discardStoppedBefore(tx, before));
  }
}
