import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import type { NewJob } from '../queues/job.js';
import { JobsRepository } from '../queues/jobs.repository.js';
import { EventLogRepository, type NumberedEvent } from './event-log.repository.js';

/** Gives events their numbers and writes their jobs, in one transaction. */
@Injectable()
export class EventNumbering {
  constructor(
    private readonly events: EventLogRepository,
    private readonly jobs: JobsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Numbers a batch, none while another relay does so; `jobsOf` says which jobs an event makes. */
  run(jobsOf: (event: NumberedEvent) => NewJob[]): Promise<NumberedEvent[]> {
    return this.database.transaction(async (tx) => {
      if (!(await this.events.lockNumbering(tx))) return [];
      const now = this.clock.now();
      const events = await this.events.number(tx, now);
      await this.jobs.insert(tx, events.filter(({ fresh }) => fresh).flatMap(jobsOf), now);
      return events;
    });
  }
}
