import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { TaskListSchema, type TaskList } from './job.schema.js';
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
}
