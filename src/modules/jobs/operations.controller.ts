import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../common/pagination/page.schema.js';
import { IdSchema } from '../../common/text/text.schema.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../infrastructure/idempotency/idempotent.decorator.js';
import { LongOperationSchema, type LongOperation } from '../../infrastructure/operations/operation.schema.js';
import { ListOperationsSchema, OperationPageSchema, type ListOperations } from './job.schema.js';
import { OperationsService } from './operations.service.js';

const answersOperation = { answers: LongOperationSchema, etag: 'version' } as const;

/** Long work that people started, for staff. */
@ApiTags('Operations')
@Controller('v1/admin/operations')
export class OperationsController {
  constructor(private readonly operations: OperationsService) {}

  @Get()
  @Requires('operations:read')
  @Operation({
    id: 'listOperations',
    summary: 'List long work that was started, the newest first',
    answers: OperationPageSchema,
    problems: ['invalid_cursor'],
  })
  list(@Query({ schema: ListOperationsSchema }) query: ListOperations): Promise<Page<LongOperation>> {
    return this.operations.list(query);
  }

  @Get(':id')
  @Requires('operations:read')
  @Operation({ id: 'getOperation', summary: 'See how far an operation is, and its result', ...answersOperation })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<LongOperation> {
    return this.operations.get(id);
  }

  @Post(':id/cancel')
  @Requires('operations:write')
  @Idempotent('optional')
  @Operation({
    id: 'cancelOperation', emits: [],
    summary: 'Ask an operation to end; what it has done stays',
    problems: ['invalid_state_transition'],
    ...answersOperation,
  })
  cancel(@Param('id', { schema: IdSchema }) id: string): Promise<LongOperation> {
    return this.operations.cancel(id);
  }
}
