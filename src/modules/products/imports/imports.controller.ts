import { Body, Controller, Post, UseInterceptors } from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import { CurrentActor, type SignedInActor } from '../../../infrastructure/http/actor.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { UploadInterceptor } from '../../../infrastructure/http/upload.interceptor.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import type { LongOperation } from '../../../infrastructure/operations/operation.schema.js';
import { IMPORT_REQUESTED } from './import.events.js';
import { CreateImportSchema, ImportOperationSchema, type CreateImport } from './import.schema.js';
import { ImportsService } from './imports.service.js';

/** Imports of product files, for staff. */
@ApiTags('Imports')
@Controller('v1/admin/imports')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  // The upload is read first, so that the key's fingerprint covers the file.
  @Post()
  @Requires('products:import')
  @Idempotent('optional')
  @UseInterceptors(UploadInterceptor)
  @ApiConsumes('multipart/form-data')
  @Operation({
    id: 'createImport', emits: [IMPORT_REQUESTED],
    summary: 'Import products from a Shopify CSV or NDJSON',
    description:
      'Products are matched by handle (slug), variants by SKU; sending a file twice changes nothing. The worker imports the file: follow `Location`.',
    status: 202,
    answers: ImportOperationSchema,
    location: '/v1/admin/operations/{id}',
    problems: ['invalid_file'],
  })
  create(
    @CurrentActor() actor: SignedInActor,
    @Body({ schema: CreateImportSchema }) input: CreateImport,
  ): Promise<LongOperation> {
    return this.imports.request(actor, input);
  }
}
