import { Injectable } from '@nestjs/common';
import { problem } from '../../../common/problems/problem.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { COLLECTION_UPDATED } from '../collections/collection.events.js';
import { CollectionsRepository } from '../collections/collections.repository.js';
import { CollectionTranslationEntity } from './collection-translation.entity.js';
import type { CollectionTranslation, CollectionTranslations, SetCollectionTranslation } from './translation.schema.js';
import { TranslationsService, type TranslatedKind, type TranslationKey } from './translations.service.js';

/** The texts of collections in further languages. */
@Injectable()
export class CollectionTranslationsService {
  private readonly kind: TranslatedKind<CollectionTranslationEntity, { readonly version: number }>;

  constructor(
    private readonly translations: TranslationsService,
    private readonly collections: CollectionsRepository,
  ) {
    this.kind = {
      entity: CollectionTranslationEntity,
      lock: (tx, id, version) => collections.lock(tx, id, version),
      touch: (tx, id, now) => collections.update(tx, id, {}, now),
      event: (id) => domainEvent(COLLECTION_UPDATED, id, { collectionId: id }),
    };
  }

  /**
   * The texts of a collection in all further languages.
   *
   * @throws Problem `not_found` (404)
   */
  async list(collectionId: string): Promise<CollectionTranslations> {
    const collection = await this.collections.find(collectionId);
    if (!collection) throw problem('not_found');
    return { collectionId, version: collection.version, translations: await this.translations.list(CollectionTranslationEntity, collectionId) };
  }

  /**
   * Sets all texts of a collection in a language.
   *
   * @throws Problem `not_found`, `unknown_locale` (404), `precondition_failed` (412)
   */
  put(key: TranslationKey, texts: SetCollectionTranslation): Promise<CollectionTranslation> {
    return this.translations.put(this.kind, key, texts, (translation, version) => ({
      collectionId: key.id,
      version,
      ...translation,
    }));
  }

  /**
   * Takes the texts of a collection in a language away.
   *
   * @throws Problem `not_found` (404), `precondition_failed` (412)
   */
  delete(key: TranslationKey): Promise<void> {
    return this.translations.delete(this.kind, key);
  }
}
