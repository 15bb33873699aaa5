import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/config.js';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { ScheduledTask } from '../tasks/scheduled-task.js';
import { EventLogRepository } from './event-log.repository.js';

/** Forgets events that are older than the log is kept. */
@Injectable()
export class EventSweep extends ScheduledTask {
  override readonly name = 'sweep-events';

  constructor(
    private readonly events: EventLogRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    super();
  }

  /** Forgets them batch by batch. */
  override async run(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.config.retention.eventsMs);
    while (await this.database.transaction((tx) => this.events.deleteBefore(tx, before)));
  }
}
