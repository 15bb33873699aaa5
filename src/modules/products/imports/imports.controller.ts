import { Body, Controller, Get, Param, Post, UseInterceptors } from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import { IdSchema } from '../../../common/text/text.schema.js';
import { CurrentActor, type SignedInActor } from '../../../infrastructure/http/actor.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { UploadInterceptor } from '../../../infrastructure/http/upload.interceptor.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { CreateImportSchema, ImportSchema } from './import.schema.js';
import type { CreateImport, ImportOperation } from './import.schema.js';
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
    id: 'createImport',
    summary: 'Import products from a Shopify CSV',
    description:
      'Products are matched by handle, variants by SKU; sending a file twice changes nothing. The worker imports the file: follow `Location`.',
    status: 202,
    answers: ImportSchema,
    location: '/v1/admin/imports/{id}',
    problems: ['invalid_file'],
  })
  create(
    @CurrentActor() actor: SignedInActor,
    @Body({ schema: CreateImportSchema }) input: CreateImport,
  ): Promise<ImportOperation> {
    return this.imports.request(actor, input);
  }

  @Get(':id')
  @Requires('products:import')
  @Operation({ id: 'getImport', summary: 'See how far an import is', answers: ImportSchema })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<ImportOperation> {
    return this.imports.get(id);
  }
}
