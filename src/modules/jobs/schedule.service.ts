import { Inject, Injectable } from '@nestjs/common';
import { problem } from '../../common/problems/problem.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { Database } from '../../infrastructure/database/database.js';
import { newJob } from '../../infrastructure/queues/job.js';
import { JobControlRepository } from '../../infrastructure/queues/job-control.repository.js';
import { JobsRepository } from '../../infrastructure/queues/jobs.repository.js';
import { SCHEDULE, type ScheduleEntry } from '../../infrastructure/tasks/scheduled-task.js';
import { nextDue } from '../../infrastructure/tasks/task-scheduler.js';
import { TaskSchedulesRepository } from '../../infrastructure/tasks/task-schedules.repository.js';
import { TASKS } from '../../infrastructure/tasks/tasks.queue.js';
import { toJob } from './job.mapper.js';
import type { Job, TaskList } from './job.schema.js';

/** The tasks that run by the clock, for staff. */
@Injectable()
export class ScheduleService {
  constructor(
    @Inject(SCHEDULE) private readonly schedule: readonly ScheduleEntry[],
    private readonly schedules: TaskSchedulesRepository,
    private readonly jobs: JobsRepository,
    private readonly control: JobControlRepository,
    private readonly database: Database,
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

  /**
   * Makes a run of a task at once, beside those of the schedule.
   *
   * @throws Problem `not_found` (404)
   */
  run(name: string): Promise<Job> {
    if (!this.schedule.some(({ task }) => task === name)) throw problem('not_found');
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const job = newJob(TASKS, { task: name, dueAt: now.toISOString() }, now);
      await this.jobs.insert(tx, [job], now);
      const record = await this.control.lock(tx, job.id);
      if (!record) throw problem('not_found');
      return toJob(record);
    });
  }
}
