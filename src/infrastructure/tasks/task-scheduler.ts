import { Inject, Injectable } from '@nestjs/common';
import { CronExpressionParser } from 'cron-parser';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { LOG, type Log } from '../logging/logger.js';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { newJob } from '../queues/job.js';
import { JobsRepository } from '../queues/jobs.repository.js';
import { SCHEDULE, type ScheduleEntry } from './scheduled-task.js';
import { TaskSchedulesRepository } from './task-schedules.repository.js';
import { TASKS } from './tasks.queue.js';

const INTERVAL_MS = 1_000;

/** Makes a job of each task when it is due; of many workers one does, whatever happens to Redis. */
@Injectable()
export class TaskScheduler extends PeriodicTask {
  private readonly claimed = new Map<string, number>();

  constructor(
    @Inject(SCHEDULE) private readonly schedule: readonly ScheduleEntry[],
    private readonly schedules: TaskSchedulesRepository,
    private readonly jobs: JobsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(LOG) log: Log,
  ) {
    super(INTERVAL_MS, log);
  }

  /** Looks which tasks have become due since the last look. */
  override async work(): Promise<boolean> {
    for (const { task, cron } of this.schedule) {
      const dueAt = lastDue(cron, this.clock.now());
      if (this.claimed.get(task) === dueAt.getTime()) continue;
      await this.claim(task, dueAt);
      this.claimed.set(task, dueAt.getTime());
    }
    return false;
  }

  private claim(task: string, dueAt: Date): Promise<void> {
    return this.database.transaction(async (tx) => {
      if (!(await this.schedules.claim(tx, task, dueAt))) return;
      const now = this.clock.now();
      await this.jobs.insert(tx, [newJob(TASKS, { task, dueAt: dueAt.toISOString() }, now)], now);
    });
  }
}

/** The latest moment, not after `now`, at which a cron expression was due. */
export function lastDue(cron: string, now: Date): Date {
  // The parser looks strictly before: a moment that is just now counts.
  const currentDate = new Date(now.getTime() + 1);
  return CronExpressionParser.parse(cron, { currentDate, tz: 'UTC' }).prev().toDate();
}

/** The next moment after `now` at which a cron expression is due. */
export function nextDue(cron: string, now: Date): Date {
  return CronExpressionParser.parse(cron, { currentDate: now, tz: 'UTC' }).next().toDate();
}
