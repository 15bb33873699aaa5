import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IdSchema, line } from '../../../common/text/text.schema.js';
import { IfMatch } from '../../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { CATEGORY_UPDATED } from '../categories/category.events.js';
import { CategoryTranslationsService } from './category-translations.service.js';
import {
  SetCategoryTranslationSchema,
  CategoryTranslationSchema,
  CategoryTranslationsSchema,
  type SetCategoryTranslation,
  type CategoryTranslation,
  type CategoryTranslations,
} from './translation.schema.js';

/** The texts of a category in further languages, for staff; its ETag is the category's. */
@ApiTags('Categories')
@Controller('v1/admin/categories/:id/translations')
export class CategoryTranslationsController {
  constructor(private readonly translations: CategoryTranslationsService) {}

  @Get()
  @Requires('products:read')
  @Operation({
    id: 'listCategoryTranslations',
    summary: 'Read the texts of a category in all further languages',
    answers: CategoryTranslationsSchema,
    etag: 'version',
  })
  list(@Param('id', { schema: IdSchema }) id: string): Promise<CategoryTranslations> {
    return this.translations.list(id);
  }

  @Put(':locale')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'setCategoryTranslation', emits: [CATEGORY_UPDATED],
    summary: 'Set all texts of a category in a further language of the shop',
    answers: CategoryTranslationSchema,
    etag: 'version',
    ifMatch: 'required',
    problems: ['unknown_locale'],
  })
  put(
    @Param('id', { schema: IdSchema }) id: string,
    @Param('locale', { schema: line(100) }) locale: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: SetCategoryTranslationSchema }) texts: SetCategoryTranslation,
  ): Promise<CategoryTranslation> {
    return this.translations.put({ id, locale, version }, texts);
  }

  @Delete(':locale')
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'deleteCategoryTranslation', emits: [CATEGORY_UPDATED],
    summary: 'Take the texts of a category in a language away',
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
