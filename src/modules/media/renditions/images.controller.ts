import { Controller, Get, Headers, Param, Res, StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiParam, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { IdSchema } from '../../../common/text/text.schema.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { answerRendition } from './rendition-answer.js';
import { RenditionsService } from './renditions.service.js';

const BytesSchema = z.string().meta({ format: 'binary', examples: [''] });
const NameSchema = z.string().max(100).meta({
  description: '`thumb` (160 pixels), `small` (480), `medium` (960) or `large` (1,920), with `.avif`, `.webp`, `.jpg` or none.',
});

/** The images of the shop, for everybody. */
@ApiTags('Images')
@Controller('v1/images')
export class ImagesController {
  constructor(private readonly renditions: RenditionsService) {}

  @Get(':id/:rendition')
  @Requires('catalogue:read')
  @Operation({
    id: 'getImage',
    summary: 'Get an image in one of its sizes',
    description:
      'An image never changes: it may be kept for good. Without an ending, `Accept` chooses the format: AVIF or WebP when ' +
      'it is named, else JPEG. The longest side is that of the size, and an image is never enlarged.',
    answers: BytesSchema,
  })
  @ApiProduces('image/avif', 'image/webp', 'image/jpeg')
  @ApiResponse({ status: 304, description: 'The client has the image.' })
  @ApiParam({ name: 'rendition', schema: { type: 'string', maxLength: 100 } })
  @ApiHeader({ name: 'If-None-Match', required: false, schema: { type: 'string', maxLength: 1_000 } })
  async get(
    @Param('id', { schema: IdSchema }) id: string,
    @Param('rendition', { schema: NameSchema }) name: string,
    @Headers() headers: Record<string, string | undefined>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return answerRendition(await this.renditions.find(id, name, headers.accept), name, headers['if-none-match'], reply);
  }
}
