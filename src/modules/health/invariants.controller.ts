import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { InvariantReportSchema, type InvariantReport } from './invariants.schema.js';
import { InvariantsService } from './invariants.service.js';

/** Whether the books add up. */
@ApiTags('Health')
@Controller('v1/admin/health/invariants')
export class InvariantsController {
  constructor(private readonly invariants: InvariantsService) {}

  @Get()
  @Requires('invariants:read')
  @Operation({
    id: 'checkInvariants',
    summary: 'Whether the books of the shop add up',
    description:
      'Proves stock, orders, payments, the ledger, events and jobs against each other at one moment, and names each row ' +
      'that is wrong. Repairs nothing. Reads whole tables: the worker does the same each night.',
    answers: InvariantReportSchema,
  })
  check(): Promise<InvariantReport> {
    return this.invariants.check();
  }
}
