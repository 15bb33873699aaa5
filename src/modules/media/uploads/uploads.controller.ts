import { Body, Controller, Param, Put, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { IdSchema } from '../../../common/text/text.schema.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { RawBody, TakesRawBody } from '../../../infrastructure/http/raw-body.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { UploadQuerySchema, type UploadQuery } from '../image.schema.js';
import { UploadsService } from './uploads.service.js';

/** The signed addresses of direct uploads. */
@ApiTags('Images')
@Controller('v1/uploads')
export class UploadsController {
  constructor(private readonly uploads: UploadsService) {}

  @Put(':id')
  @Requires('images:upload')
  @Idempotent('optional')
  @TakesRawBody()
  @ApiConsumes('image/*')
  @ApiBody({ schema: { type: 'string', format: 'binary', example: '' } })
  @Operation({
    id: 'uploadImageBytes', emits: [],
    summary: 'Upload the bytes of an image to the address that was given for it',
    description: 'The address is signed and valid for a quarter of an hour. At most the announced number of bytes is taken.',
    status: 204,
    problems: ['upload_expired', 'invalid_state_transition'],
  })
  receive(
    @Param('id', { schema: IdSchema }) id: string,
    @Query({ schema: UploadQuerySchema }) query: UploadQuery,
    @Body() body: unknown,
  ): Promise<void> {
    return this.uploads.receive(id, query, body instanceof RawBody ? body : null);
  }
}
