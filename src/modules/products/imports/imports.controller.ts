import { Body, Controller, Post, UseInterceptors } from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import { CurrentActor, type SignedInActor } from '../../../infrastructure/http/actor.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { TakesRawBody } from '../../../infrastructure/http/raw-body.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import type { LongOperation } from '../../../infrastructure/operations/operation.schema.js';
import { IMPORT_REQUESTED } from './import.events.js';
import { CreateImportSchema, ImportOperationSchema, type CreateImport } from './import.schema.js';
import { ImportUploadInterceptor } from './import-upload.interceptor.js';
import { ImportsService } from './imports.service.js';

const HOW = `Products are matched by handle (slug), variants by SKU; sending a file twice changes nothing. The file is a field
of a form, or lines of JSON are the body itself. It is text in UTF-8, not compressed, and may hold millions of products: it
is kept as it arrives and read piece by piece. Rows of one handle follow each other in a CSV; a line of NDJSON, or a record
of a CSV, has 1,000,000 bytes at most. The worker imports the file: follow \`Location\`. A row that is wrong is told with its
line, and the others get in. What a file does not name of a product stays as it is, and so does its state. NDJSON may name
all that an export writes: the \`attributes\`, \`translations\` and further \`prices\` that a line names are all that there are
afterwards, and its \`productType\` is found by the \`code\`; a line that names a type, language or currency that this shop
does not have is refused. An image that is only within another shop is left out, and told.`;

/** Imports of product files, for staff. */
@ApiTags('Imports')
@Controller('v1/admin/imports')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  // The upload is read first, so that the key's fingerprint covers the file.
  @Post()
  @Requires('products:import')
  @Idempotent('optional')
  @UseInterceptors(ImportUploadInterceptor)
  @TakesRawBody('ndjson', { takesLongBody: true })
  @ApiConsumes('multipart/form-data', 'application/x-ndjson')
  @Operation({
    id: 'createImport', emits: [IMPORT_REQUESTED],
    summary: 'Import products from a Shopify CSV or NDJSON',
    description: HOW,
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
