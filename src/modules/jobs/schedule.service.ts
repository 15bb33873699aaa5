import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../infrastructure/clock/clock.js';
import { SCHEDULE, type ScheduleEntry } from '../../infrastructure/tasks/scheduled-task.js';
import { nextDue } from '../../infrastructure/tasks/task-scheduler.js';
import { TaskSchedulesRepository } from '../../infrastructure/tasks/task-schedules.repository.js';
import type { TaskList } from './job.schema.js';

/** The tasks that run by the clock, for staff. */
@Injectable()
export class ScheduleService {
  constructor(
    @Inject(SCHEDULE) private readonly schedule: readonly ScheduleEntry[],
    private readonly schedules: TaskSchedulesRepository,
    private readonly clock: Clock,
  ) {}

  /** Every task with when it was and will be due. */
  async list(): Promise<TaskList> {
    const last = await this.schedules.list();
    return {
      data: this.schedule.map(({ task, cron }) => ({
        name: task,
        cron,
        lastDueAt: last.get(task)?.toISOString() ?? null,
        nextDueAt: nextDue(cron, this.clock.now()).toISOString(),
      })),
    };
  }
}
