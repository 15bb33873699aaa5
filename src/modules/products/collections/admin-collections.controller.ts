import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../../common/pagination/page.schema.js';
import { IdSchema } from '../../../common/text/text.schema.js';
import { IfMatch } from '../../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { CollectionEditingService } from './collection-editing.service.js';
import { COLLECTION_CREATED, COLLECTION_DELETED, COLLECTION_UPDATED } from './collection.events.js';
import {
  AdminCollectionPageSchema,
  AdminCollectionSchema,
  CollectionProductsSchema,
  CreateCollectionSchema,
  ListCollectionsSchema,
  SetCollectionProductsSchema,
  UpdateCollectionSchema,
} from './collection.schema.js';
import type {
  AdminCollection,
  CollectionProducts,
  CreateCollection,
  ListCollections,
  UpdateCollection,
} from './collection.schema.js';
import { CollectionsService } from './collections.service.js';

const answersCollection = { answers: AdminCollectionSchema, etag: 'version' } as const;
const answersProducts = { answers: CollectionProductsSchema, etag: 'version' } as const;

/** Collections, for staff. */
@ApiTags('Collections')
@Controller('v1/admin/collections')
export class AdminCollectionsController {
  constructor(
    private readonly collections: CollectionsService,
    private readonly editing: CollectionEditingService,
  ) {}

  @Get()
  @Requires('products:read')
  @Operation({
    id: 'adminListCollections',
    summary: 'List collections by title, with their rules',
    answers: AdminCollectionPageSchema,
    problems: ['invalid_cursor'],
  })
  list(@Query({ schema: ListCollectionsSchema }) query: ListCollections): Promise<Page<AdminCollection>> {
    return this.collections.adminList(query);
  }

  @Get(':id')
  @Requires('products:read')
  @Operation({ id: 'adminGetCollection', summary: 'Read a collection with its rules', ...answersCollection })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<AdminCollection> {
    return this.collections.adminGet(id);
  }

  @Post()
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'createCollection', emits: [COLLECTION_CREATED],
    summary: 'Make a collection: with rules, or to be listed by hand',
    status: 201,
    location: '/v1/admin/collections/{id}',
    problems: ['slug_taken'],
    ...answersCollection,
  })
  create(@Body({ schema: CreateCollectionSchema }) input: CreateCollection): Promise<AdminCollection> {
    return this.editing.create(input);
  }

  @Patch(':id')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'updateCollection', emits: [COLLECTION_UPDATED],
    summary: 'Change a collection or its rules',
    ifMatch: 'required',
    problems: ['slug_taken'],
    ...answersCollection,
  })
  update(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: UpdateCollectionSchema }) changes: UpdateCollection,
  ): Promise<AdminCollection> {
    return this.editing.update(id, version, changes);
  }

  @Delete(':id')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'deleteCollection', emits: [COLLECTION_DELETED],
    summary: 'Delete a collection, not its products',
    status: 204,
    ifMatch: 'required',
  })
  delete(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
  ): Promise<void> {
    return this.editing.delete(id, version);
  }

  @Get(':id/products')
  @Requires('products:read')
  @Operation({ id: 'getCollectionProducts', summary: 'Read the list of a collection that is listed by hand', ...answersProducts })
  getProducts(@Param('id', { schema: IdSchema }) id: string): Promise<CollectionProducts> {
    return this.collections.adminGetProducts(id);
  }

  @Put(':id/products')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'setCollectionProducts', emits: [COLLECTION_UPDATED],
    summary: 'Give a collection the whole list of its products, in order',
    ifMatch: 'required',
    problems: ['collection_has_rules'],
    ...answersProducts,
  })
  setProducts(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: SetCollectionProductsSchema }) { productIds }: { productIds: string[] },
  ): Promise<CollectionProducts> {
    return this.editing.setProducts(id, version, productIds);
  }
}
