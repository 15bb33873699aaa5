import { Module, type DynamicModule } from '@nestjs/common';
import { JobControlRepository } from '../../infrastructure/queues/job-control.repository.js';
import type { QueueDefinition } from '../../infrastructure/queues/queue-registry.js';
import { QueueViews, SHOWN_QUEUES } from '../../infrastructure/queues/queue-views.js';
import { SCHEDULE, type ScheduleEntry } from '../../infrastructure/tasks/scheduled-task.js';
import { TaskSchedulesRepository } from '../../infrastructure/tasks/task-schedules.repository.js';
import { AuthModule } from '../auth/index.js';
import { QueueBoard } from './board/queue-board.service.js';
import { JobsController } from './jobs.controller.js';
import { JobsService } from './jobs.service.js';
import { OperationsController } from './operations.controller.js';
import { OperationsService } from './operations.service.js';
import { QueuesController } from './queues.controller.js';
import { QueuesService } from './queues.service.js';
import { ScheduleService } from './schedule.service.js';
import { TasksController } from './tasks.controller.js';

/** Jobs, queues, the schedule and long operations, as staff see and steer them. */
@Module({})
export class JobsAdminModule {
  /** The module that shows a schedule and queues. */
  static showing(schedule: readonly ScheduleEntry[], queues: readonly QueueDefinition[]): DynamicModule {
    return {
      module: JobsAdminModule,
      imports: [AuthModule],
      controllers: [JobsController, OperationsController, QueuesController, TasksController],
      providers: [
        { provide: SCHEDULE, useValue: schedule },
        { provide: SHOWN_QUEUES, useValue: queues },
        TaskSchedulesRepository,
        JobControlRepository,
        QueueBoard,
        QueueViews,
        JobsService,
        OperationsService,
        QueuesService,
        ScheduleService,
      ],
    };
  }
}
