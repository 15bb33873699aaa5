import { Injectable } from '@nestjs/common';
import { problem } from '../../../common/problems/problem.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { CATEGORY_UPDATED } from '../categories/category.events.js';
import { CategoriesRepository } from '../categories/categories.repository.js';
import { CategoryTranslationEntity } from './category-translation.entity.js';
import type { CategoryTranslation, CategoryTranslations, SetCategoryTranslation } from './translation.schema.js';
import { TranslationsService, type TranslatedKind, type TranslationKey } from './translations.service.js';

/** The texts of categories in further languages. */
@Injectable()
export class CategoryTranslationsService {
  private readonly kind: TranslatedKind<CategoryTranslationEntity, { readonly version: number }>;

  constructor(
    private readonly translations: TranslationsService,
    private readonly categories: CategoriesRepository,
  ) {
    this.kind = {
      entity: CategoryTranslationEntity,
      lock: (tx, id, version) => categories.lock(tx, id, version),
      touch: (tx, id, now) => categories.update(tx, id, {}, now),
      event: (id) => domainEvent(CATEGORY_UPDATED, id, { categoryId: id }),
    };
  }

  /**
   * The texts of a category in all further languages.
   *
   * @throws Problem `not_found` (404)
   */
  async list(categoryId: string): Promise<CategoryTranslations> {
    const category = await this.categories.find(categoryId);
    if (!category) throw problem('not_found');
    return { categoryId, version: category.version, translations: await this.translations.list(CategoryTranslationEntity, categoryId) };
  }

  /**
   * Sets all texts of a category in a language.
   *
   * @throws Problem `not_found`, `unknown_locale` (404), `precondition_failed` (412)
   */
  put(key: TranslationKey, texts: SetCategoryTranslation): Promise<CategoryTranslation> {
    return this.translations.put(this.kind, key, texts, (translation, version) => ({
      categoryId: key.id,
      version,
      ...translation,
    }));
  }

  /**
   * Takes the texts of a category in a language away.
   *
   * @throws Problem `not_found` (404), `precondition_failed` (412)
   */
  delete(key: TranslationKey): Promise<void> {
    return this.translations.delete(this.kind, key);
  }
}
