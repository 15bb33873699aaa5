import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../../../common/pagination/page.schema.js';
import { IdSchema } from '../../../../common/text/text.schema.js';
import { IfMatch } from '../../../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../../infrastructure/idempotency/idempotent.decorator.js';
import { SYNONYMS_CREATED, SYNONYMS_DELETED, SYNONYMS_UPDATED } from './synonym-set.events.js';
import {
  CreateSynonymSetSchema,
  ListSynonymSetsSchema,
  SynonymSetPageSchema,
  SynonymSetSchema,
  UpdateSynonymSetSchema,
} from './synonym-set.schema.js';
import type { CreateSynonymSet, ListSynonymSets, SynonymSet, UpdateSynonymSet } from './synonym-set.schema.js';
import { SynonymSetsService } from './synonym-sets.service.js';

const answersSet = { answers: SynonymSetSchema, etag: 'version' } as const;

/** The synonyms of the search, for staff. */
@ApiTags('Search')
@Controller('v1/admin/search/synonyms')
export class SynonymSetsController {
  constructor(private readonly sets: SynonymSetsService) {}

  @Get()
  @Requires('products:read')
  @Operation({
    id: 'listSynonymSets',
    summary: 'List the synonyms of the search, the newest first',
    answers: SynonymSetPageSchema,
    problems: ['invalid_cursor'],
  })
  list(@Query({ schema: ListSynonymSetsSchema }) query: ListSynonymSets): Promise<Page<SynonymSet>> {
    return this.sets.list(query);
  }

  @Get(':id')
  @Requires('products:read')
  @Operation({ id: 'getSynonymSet', summary: 'Read a set of synonyms', ...answersSet })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<SynonymSet> {
    return this.sets.get(id);
  }

  @Post()
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'createSynonymSet', emits: [SYNONYMS_CREATED],
    summary: 'Make a set of synonyms: terms that stand for each other, or terms with what else is searched for',
    status: 201,
    location: '/v1/admin/search/synonyms/{id}',
    problems: ['too_many_synonyms'],
    ...answersSet,
  })
  create(@Body({ schema: CreateSynonymSetSchema }) input: CreateSynonymSet): Promise<SynonymSet> {
    return this.sets.create(input);
  }

  @Patch(':id')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'updateSynonymSet', emits: [SYNONYMS_UPDATED],
    summary: 'Change a set of synonyms',
    ifMatch: 'required',
    ...answersSet,
  })
  update(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: UpdateSynonymSetSchema }) changes: UpdateSynonymSet,
  ): Promise<SynonymSet> {
    return this.sets.update(id, version, changes);
  }

  @Delete(':id')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'deleteSynonymSet', emits: [SYNONYMS_DELETED],
    summary: 'Delete a set of synonyms',
    status: 204,
    ifMatch: 'required',
  })
  delete(@Param('id', { schema: IdSchema }) id: string, @IfMatch('required') version: number | null): Promise<void> {
    return this.sets.delete(id, version);
  }
}
