import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../infrastructure/idempotency/idempotent.decorator.js';
import { JobSchema, QueueNameSchema, TaskListSchema, type Job, type TaskList } from './job.schema.js';
import { ScheduleService } from './schedule.service.js';

/** The schedule, for staff. */
@ApiTags('Jobs')
@Controller('v1/admin/tasks')
export class TasksController {
  constructor(private readonly schedule: ScheduleService) {}

  @Get()
  @Requires('jobs:read')
  @Operation({
    id: 'listTasks',
    summary: 'See the scheduled tasks; their runs are the jobs of the queue `tasks`',
    answers: TaskListSchema,
  })
  list(): Promise<TaskList> {
    return this.schedule.list();
  }

  @Post(':name/runs')
  @Requires('jobs:write')
  @Idempotent('optional')
  @Operation({
    id: 'runTask',
    summary: 'Run a scheduled task now',
    emits: [],
    status: 202,
    answers: JobSchema,
    location: '/v1/admin/jobs/{id}',
  })
  run(@Param('name', { schema: QueueNameSchema }) name: string): Promise<Job> {
    return this.schedule.run(name);
  }
}
