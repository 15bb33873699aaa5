import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { IdempotencySweep } from '../idempotency/idempotency-sweep.task.js';
import { JobSweep } from '../queues/job-sweep.task.js';
import { SCHEDULE, type ScheduleEntry } from './scheduled-task.js';
import { TaskScheduler } from './task-scheduler.js';
import { TaskSchedulesRepository } from './task-schedules.repository.js';
import { TasksProcessor } from './tasks.processor.js';

/** The schedule and its runs: for the worker alone. */
@Module({})
export class TasksModule {
  /** The module that runs a schedule. */
  static forSchedule(schedule: readonly ScheduleEntry[]): DynamicModule {
    return {
      module: TasksModule,
      imports: [DiscoveryModule],
      providers: [
        { provide: SCHEDULE, useValue: schedule },
        TaskSchedulesRepository,
        TaskScheduler,
        TasksProcessor,
        IdempotencySweep,
        JobSweep,
      ],
    };
  }
}
