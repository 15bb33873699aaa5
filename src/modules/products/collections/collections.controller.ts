import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../../common/pagination/page.schema.js';
import { line } from '../../../common/text/text.schema.js';
import { Shown, type AnswerView } from '../../../infrastructure/http/answer-view.js';
import type { JsonPage } from '../../../infrastructure/http/json-text.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { ProductSummaryPageSchema } from '../product.schema.js';
import { CollectionPageSchema, CollectionSchema, ListCollectionsSchema } from './collection.schema.js';
import type { Collection, ListCollections } from './collection.schema.js';
import { CollectionsService } from './collections.service.js';

/** Collections, for everybody. */
@ApiTags('Collections')
@Controller('v1/collections')
export class CollectionsController {
  constructor(private readonly collections: CollectionsService) {}

  @Get()
  @Requires('catalogue:read')
  @Operation({
    id: 'listCollections',
    summary: 'List collections by title',
    answers: CollectionPageSchema,
    etag: 'content',
    localized: true,
    problems: ['invalid_cursor'],
  })
  list(
    @Query({ schema: ListCollectionsSchema }) query: ListCollections,
    @Shown() view: AnswerView,
  ): Promise<Page<Collection>> {
    return this.collections.list(query, view);
  }

  @Get(':idOrSlug')
  @Requires('catalogue:read')
  @Operation({
    id: 'getCollection',
    summary: 'Read a collection',
    answers: CollectionSchema,
    etag: 'content',
    localized: true,
  })
  get(@Param('idOrSlug', { schema: line(200) }) idOrSlug: string, @Shown() view: AnswerView): Promise<Collection> {
    return this.collections.get(idOrSlug, view);
  }

  @Get(':idOrSlug/products')
  @Requires('catalogue:read')
  @Operation({
    id: 'listCollectionProducts',
    summary: 'List the products of a collection',
    description: 'In the order that staff gave them; where rules choose the products, the newest first.',
    answers: ProductSummaryPageSchema,
    etag: 'content',
    localized: true,
    priced: true,
    problems: ['invalid_cursor'],
  })
  listProducts(
    @Param('idOrSlug', { schema: line(200) }) idOrSlug: string,
    @Query({ schema: ListCollectionsSchema }) query: ListCollections,
    @Shown() view: AnswerView,
  ): Promise<JsonPage> {
    return this.collections.listProducts(idOrSlug, query, view);
  }
}
