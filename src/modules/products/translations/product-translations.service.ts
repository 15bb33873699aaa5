import { Injectable } from '@nestjs/common';
import { invalidRequest, problem } from '../../../common/problems/problem.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import type { ProductEntity } from '../product.entity.js';
import { PRODUCT_UPDATED } from '../product.events.js';
import { ProductReadsRepository } from '../product-reads.repository.js';
import { ProductsRepository } from '../products.repository.js';
import { ProductTranslationEntity } from './product-translation.entity.js';
import { unknownOptions, type ProductTranslation, type ProductTranslations, type SetProductTranslation } from './translation.schema.js';
import { TranslationsService, type TranslatedKind, type TranslationKey } from './translations.service.js';

/** The texts of products in further languages. */
@Injectable()
export class ProductTranslationsService {
  private readonly kind: TranslatedKind<ProductTranslationEntity, ProductEntity>;

  constructor(
    private readonly translations: TranslationsService,
    private readonly reads: ProductReadsRepository,
    products: ProductsRepository,
  ) {
    this.kind = {
      entity: ProductTranslationEntity,
      lock: (tx, id, version) => products.lock(tx, id, version),
      touch: (tx, id, now) => products.updateProduct(tx, id, {}, now),
      event: (id) => domainEvent(PRODUCT_UPDATED, id, { productId: id }),
    };
  }

  /**
   * The texts of a product in all further languages.
   *
   * @throws Problem `not_found` (404)
   */
  async list(productId: string): Promise<ProductTranslations> {
    const product = await this.reads.find(productId);
    if (!product) throw problem('not_found');
    const translations = await this.translations.list(ProductTranslationEntity, productId);
    return { productId, version: product.version, translations };
  }

  /**
   * Sets all texts of a product in a language.
   *
   * @throws Problem `not_found`, `unknown_locale` (404), `precondition_failed` (412),
   * `invalid_request` (400) naming each option and value that the product does not have
   */
  put(key: TranslationKey, texts: SetProductTranslation): Promise<ProductTranslation> {
    return this.translations.put(
      this.kind,
      key,
      texts,
      (translation, version) => ({ productId: key.id, version, ...translation }),
      ({ options }) => {
        const faults = unknownOptions(options, texts.options);
        if (faults.length > 0) throw invalidRequest(...faults.slice(0, MAX_FAULTS));
      },
    );
  }

  /**
   * Takes the texts of a product in a language away.
   *
   * @throws Problem `not_found` (404), `precondition_failed` (412)
   */
  delete(key: TranslationKey): Promise<void> {
    return this.translations.delete(this.kind, key);
  }
}

/** Most faults that one answer names. */
const MAX_FAULTS = 50;
