import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IdSchema, line } from '../../../common/text/text.schema.js';
import { IfMatch } from '../../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { COLLECTION_UPDATED } from '../collections/collection.events.js';
import { CollectionTranslationsService } from './collection-translations.service.js';
import {
  SetCollectionTranslationSchema,
  CollectionTranslationSchema,
  CollectionTranslationsSchema,
  type SetCollectionTranslation,
  type CollectionTranslation,
  type CollectionTranslations,
} from './translation.schema.js';

/** The texts of a collection in further languages, for staff; its ETag is the collection's. */
@ApiTags('Collections')
@Controller('v1/admin/collections/:id/translations')
export class CollectionTranslationsController {
  constructor(private readonly translations: CollectionTranslationsService) {}

  @Get()
  @Requires('products:read')
  @Operation({
    id: 'listCollectionTranslations',
    summary: 'Read the texts of a collection in all further languages',
    answers: CollectionTranslationsSchema,
    etag: 'version',
  })
  list(@Param('id', { schema: IdSchema }) id: string): Promise<CollectionTranslations> {
    return this.translations.list(id);
  }

  @Put(':locale')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'setCollectionTranslation', emits: [COLLECTION_UPDATED],
    summary: 'Set all texts of a collection in a further language of the shop',
    answers: CollectionTranslationSchema,
    etag: 'version',
    ifMatch: 'required',
    problems: ['unknown_locale'],
  })
  put(
    @Param('id', { schema: IdSchema }) id: string,
    @Param('locale', { schema: line(100) }) locale: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: SetCollectionTranslationSchema }) texts: SetCollectionTranslation,
  ): Promise<CollectionTranslation> {
    return this.translations.put({ id, locale, version }, texts);
  }

  @Delete(':locale')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'deleteCollectionTranslation', emits: [COLLECTION_UPDATED],
    summary: 'Take the texts of a collection in a language away',
    status: 204,
    ifMatch: 'required',
  })
  delete(
    @Param('id', { schema: IdSchema }) id: string,
    @Param('locale', { schema: line(100) }) locale: string,
    @IfMatch('required') version: number | null,
  ): Promise<void> {
    return this.translations.delete({ id, locale, version });
  }
}
