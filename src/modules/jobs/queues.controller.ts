import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorLabel, CurrentActor, type Actor } from '../../infrastructure/http/actor.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../infrastructure/idempotency/idempotent.decorator.js';
import { JobsChangedSchema, QueueListSchema, QueueNameSchema, QueueSchema } from './job.schema.js';
import type { JobsChanged, Queue, QueueList } from './job.schema.js';
import { QueuesService } from './queues.service.js';

/** The queues, for staff. */
@ApiTags('Jobs')
@Controller('v1/admin/queues')
export class QueuesController {
  constructor(private readonly queues: QueuesService) {}

  @Get()
  @Requires('jobs:read')
  @Operation({ id: 'listQueues', summary: 'See every queue and how much it has to do', answers: QueueListSchema })
  list(): Promise<QueueList> {
    return this.queues.list();
  }

  @Get(':name')
  @Requires('jobs:read')
  @Operation({ id: 'getQueue', summary: 'See a queue and how much it has to do', answers: QueueSchema })
  get(@Param('name', { schema: QueueNameSchema }) name: string): Promise<Queue> {
    return this.queues.get(name);
  }

  @Post(':name/pause')
  @Requires('jobs:write')
  @Idempotent('optional')
  @Operation({
    id: 'pauseQueue', emits: [],
    summary: 'Pause a queue: its jobs wait, those that run come to their end',
    answers: QueueSchema,
  })
  pause(@CurrentActor() actor: Actor, @Param('name', { schema: QueueNameSchema }) name: string): Promise<Queue> {
    return this.queues.pause(actorLabel(actor), name);
  }

  @Post(':name/resume')
  @Requires('jobs:write')
  @Idempotent('optional')
  @Operation({ id: 'resumeQueue', emits: [], summary: 'Let a paused queue go on', answers: QueueSchema })
  resume(@Param('name', { schema: QueueNameSchema }) name: string): Promise<Queue> {
    return this.queues.resume(name);
  }

  @Post(':name/drain')
  @Requires('jobs:write')
  @Idempotent('optional')
  @Operation({
    id: 'drainQueue', emits: [],
    summary: 'End the jobs that wait without doing them',
    description: 'The oldest 1,000; call again while `queue.pending` says that there are more.',
    answers: JobsChangedSchema,
  })
  drain(@Param('name', { schema: QueueNameSchema }) name: string): Promise<JobsChanged> {
    return this.queues.drain(name);
  }

  @Post(':name/redrive')
  @Requires('jobs:write')
  @Idempotent('optional')
  @Operation({
    id: 'redriveQueue', emits: [],
    summary: 'Let the dead letters of a queue run again',
    description: 'The oldest 1,000; call again while `queue.failed` says that there are more.',
    answers: JobsChangedSchema,
  })
  redrive(@Param('name', { schema: QueueNameSchema }) name: string): Promise<JobsChanged> {
    return this.queues.redrive(name);
  }
}
