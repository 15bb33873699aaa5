import type { ReportProgress } from '../queues/job-processor.js';

/** Work that the schedule runs again and again; each run is a job of the queue `tasks`. */
export abstract class ScheduledTask {
  /** As the schedule names it. */
  abstract readonly name: string;

  /** One run; safe to repeat. */
  abstract run(report: ReportProgress): Promise<void>;
}

/** When a task runs. */
export interface ScheduleEntry {
  readonly task: string;
  /** Cron expression in UTC, with seconds if it has six fields. */
  readonly cron: string;
}

/** Token of the schedule in dependency injection. */
export const SCHEDULE = Symbol('schedule');
