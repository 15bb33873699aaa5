import { Process, Processor } from '@nestjs/bull';
import { Inject, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Job } from 'bull';
import type { z } from 'zod';
import type { StoredJob } from '../queues/job.js';
import { JobProcessor, type ReportProgress } from '../queues/job-processor.js';
import { JobRunner } from '../queues/job-runner.js';
import { SCHEDULE, ScheduledTask, type ScheduleEntry } from './scheduled-task.js';
import { TASKS } from './tasks.queue.js';

/** Runs scheduled tasks. */
@Processor(TASKS.name)
export class TasksProcessor extends JobProcessor implements OnApplicationBootstrap {
  override readonly queue = TASKS;
  override readonly writes = false;
  private tasks = new Map<string, ScheduledTask>();

  constructor(
    private readonly runner: JobRunner,
    private readonly discovery: DiscoveryService,
    @Inject(SCHEDULE) private readonly schedule: readonly ScheduleEntry[],
  ) {
    super();
  }

  /** @throws Error when the schedule names a task that nobody has, or leaves one out */
  onApplicationBootstrap(): void {
    const found = this.discovery
      .getProviders()
      .map(({ instance }) => instance as unknown)
      .filter((instance) => instance instanceof ScheduledTask);
    this.tasks = new Map(found.map((task) => [task.name, task]));
    assertScheduled(this.schedule, [...this.tasks.keys()]);
  }

  /** Runs a job of the queue. */
  @Process({ concurrency: TASKS.concurrency })
  run(job: Job): Promise<void> {
    return this.runner.run(this, job);
  }

  override async work(job: StoredJob, report: ReportProgress): Promise<void> {
    const { task } = job.payload as z.output<typeof TASKS.payload>;
    // A task that a later version has no longer: its last run has nothing to do.
    await this.tasks.get(task)?.run(report);
  }

  override finish(): Promise<void> {
    return Promise.resolve();
  }

  override giveUp(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Refuses a start at which a task would never run.
 *
 * @throws Error naming the task that the schedule names and nobody has, or that it leaves out
 */
export function assertScheduled(schedule: readonly ScheduleEntry[], tasks: readonly string[]): void {
  const scheduled = schedule.map(({ task }) => task);
  const missing = scheduled.filter((task) => !tasks.includes(task));
  const left = tasks.filter((task) => !scheduled.includes(task));
  if (missing.length > 0) throw new Error(`The schedule names tasks that do not exist: ${missing.join(', ')}.`);
  if (left.length > 0) throw new Error(`The schedule leaves out tasks: ${left.join(', ')}.`);
}
