import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../../common/pagination/page.schema.js';
import { IdSchema } from '../../../common/text/text.schema.js';
import { IfMatch } from '../../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { CategoriesService } from './categories.service.js';
import { CategoryEditingService } from './category-editing.service.js';
import { CATEGORY_CREATED, CATEGORY_DELETED, CATEGORY_MOVED, CATEGORY_UPDATED } from './category.events.js';
import {
  AdminCategoryPageSchema,
  AdminCategorySchema,
  CreateCategorySchema,
  ListCategoriesSchema,
  MoveCategorySchema,
  UpdateCategorySchema,
} from './category.schema.js';
import type { AdminCategory, CreateCategory, ListCategories, MoveCategory, UpdateCategory } from './category.schema.js';

const answersCategory = { answers: AdminCategorySchema, etag: 'version' } as const;

/** The category tree, for staff. */
@ApiTags('Categories')
@Controller('v1/admin/categories')
export class AdminCategoriesController {
  constructor(
    private readonly categories: CategoriesService,
    private readonly editing: CategoryEditingService,
  ) {}

  @Get()
  @Requires('products:read')
  @Operation({
    id: 'adminListCategories',
    summary: 'List the children of a category, or the roots, in their order',
    answers: AdminCategoryPageSchema,
    problems: ['invalid_cursor'],
  })
  list(@Query({ schema: ListCategoriesSchema }) query: ListCategories): Promise<Page<AdminCategory>> {
    return this.categories.adminList(query);
  }

  @Get(':id')
  @Requires('products:read')
  @Operation({ id: 'adminGetCategory', summary: 'Read a category', ...answersCategory })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<AdminCategory> {
    return this.categories.adminGet(id);
  }

  @Post()
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'createCategory', emits: [CATEGORY_CREATED],
    summary: 'Make a category',
    status: 201,
    location: '/v1/admin/categories/{id}',
    problems: ['slug_taken'],
    ...answersCategory,
  })
  create(@Body({ schema: CreateCategorySchema }) input: CreateCategory): Promise<AdminCategory> {
    return this.editing.create(input);
  }

  @Patch(':id')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'updateCategory', emits: [CATEGORY_UPDATED],
    summary: 'Change the name, slug or description of a category',
    ifMatch: 'required',
    problems: ['slug_taken'],
    ...answersCategory,
  })
  update(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: UpdateCategorySchema }) changes: UpdateCategory,
  ): Promise<AdminCategory> {
    return this.editing.update(id, version, changes);
  }

  @Post(':id/move')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'moveCategory', emits: [CATEGORY_MOVED],
    summary: 'Move a category, with all below it, to a place in the tree',
    ifMatch: 'optional',
    problems: ['category_cycle'],
    ...answersCategory,
  })
  move(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('optional') version: number | null,
    @Body({ schema: MoveCategorySchema }) place: MoveCategory,
  ): Promise<AdminCategory> {
    return this.editing.move(id, version, place);
  }

  @Delete(':id')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'deleteCategory', emits: [CATEGORY_DELETED],
    summary: 'Delete a category without sub-categories and products',
    status: 204,
    ifMatch: 'required',
    problems: ['category_not_empty'],
  })
  delete(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
  ): Promise<void> {
    return this.editing.delete(id, version);
  }
}
