import { Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../common/pagination/page.schema.js';
import { IdSchema } from '../../common/text/text.schema.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../infrastructure/idempotency/idempotent.decorator.js';
import { JobPageSchema, JobSchema, ListJobsSchema } from './job.schema.js';
import type { Job, ListJobs } from './job.schema.js';
import { JobsService } from './jobs.service.js';

/** The jobs, for staff. */
@ApiTags('Jobs')
@Controller('v1/admin/jobs')
export class JobsController {
  constructor(private readonly jobs: JobsService) {}

  @Get()
  @Requires('jobs:read')
  @Operation({
    id: 'listJobs',
    summary: 'List jobs, the newest first; `state=failed` are the dead letters',
    answers: JobPageSchema,
    problems: ['invalid_cursor'],
  })
  list(@Query({ schema: ListJobsSchema }) query: ListJobs): Promise<Page<Job>> {
    return this.jobs.list(query);
  }

  @Get(':id')
  @Requires('jobs:read')
  @Operation({ id: 'getJob', summary: 'See a job: its data, progress, attempts and last failure', answers: JobSchema })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<Job> {
    return this.jobs.get(id);
  }

  @Post(':id/retry')
  @Requires('jobs:write')
  @Idempotent('optional')
  @Operation({
    id: 'retryJob', emits: [],
    summary: 'Let a job that waits or has failed run at once',
    answers: JobSchema,
    problems: ['invalid_state_transition'],
  })
  retry(@Param('id', { schema: IdSchema }) id: string): Promise<Job> {
    return this.jobs.retry(id);
  }

  @Delete(':id')
  @Requires('jobs:write')
  @Idempotent('optional')
  @Operation({
    id: 'removeJob', emits: [],
    summary: 'End a job that waits or has failed without doing it',
    answers: JobSchema,
    problems: ['invalid_state_transition'],
  })
  remove(@Param('id', { schema: IdSchema }) id: string): Promise<Job> {
    return this.jobs.remove(id);
  }
}
