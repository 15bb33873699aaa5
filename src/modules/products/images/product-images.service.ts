import { Injectable } from '@nestjs/common';
import { invalidRequest, problem, type InputFault } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { ImagesService, productImageUrl } from '../../media/index.js';
import type { ProductImage } from '../product.entity.js';
import { PRODUCT_UPDATED } from '../product.events.js';
import { toAdminProduct } from '../product.mapper.js';
import { ProductReadsRepository } from '../product-reads.repository.js';
import type { AdminProduct } from '../product.schema.js';
import { ProductsRepository } from '../products.repository.js';
import type { VariantEntity } from '../variant.entity.js';
import type { NewProductImage } from './product-image.schema.js';

/** The images that products and their variants show. */
@Injectable()
export class ProductImagesService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly reads: ProductReadsRepository,
    private readonly images: ImagesService,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Gives a product its images, in place of those before.
   *
   * @param version the version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412), `invalid_request` (400) when an image cannot be
   * shown or a variant is not the product's
   */
  set(id: string, version: number | null, wanted: readonly NewProductImage[]): Promise<AdminProduct> {
    return this.database.transaction(async (tx) => {
      const product = await this.products.lock(tx, id, version);
      const variants = await this.products.variantsOf(tx, id);
      const alts = await this.images.hold(tx, wanted.flatMap((image) => ('imageId' in image ? [image.imageId] : [])));
      const faults = faultsOf(wanted, new Set(alts.keys()), new Set(variants.map((variant) => variant.id)));
      if (faults.length > 0) throw invalidRequest(...faults);
      const images = wanted.map((image) => toProductImage(image, alts));
      await this.showOnVariants(tx, variants, { before: product.images, after: images });
      await this.products.updateProduct(tx, id, { images }, this.clock.now());
      this.outbox.append(tx, domainEvent(PRODUCT_UPDATED, id, { productId: id }));
      const row = await this.reads.findIn(tx, id);
      if (!row) throw problem('not_found');
      return toAdminProduct(row);
    });
  }

  /** A variant that lost its image has none; one whose image came from elsewhere keeps it. */
  private async showOnVariants(
    tx: Transaction,
    variants: readonly VariantEntity[],
    { before, after }: { before: readonly ProductImage[]; after: readonly ProductImage[] },
  ): Promise<void> {
    for (const { id, productId, imageUrl } of variants) {
      const lost = before.some(({ url, variantIds = [] }) => url === imageUrl && variantIds.includes(id));
      const shown = after.find(({ variantIds = [] }) => variantIds.includes(id))?.url ?? (lost ? null : imageUrl);
      if (shown !== imageUrl) await this.products.updateVariant(tx, { id, productId }, { imageUrl: shown }, this.clock.now());
    }
  }
}

function toProductImage(image: NewProductImage, alts: ReadonlyMap<string, string | null>): ProductImage {
  const { alt, variantIds } = image;
  if ('url' in image) return { url: image.url, alt: alt ?? null, variantIds };
  const { imageId } = image;
  const shownAlt = alt === undefined ? (alts.get(imageId) ?? null) : alt;
  return { imageId, url: productImageUrl(imageId), alt: shownAlt, variantIds };
}

function faultsOf(
  images: readonly NewProductImage[],
  ready: ReadonlySet<string>,
  variantIds: ReadonlySet<string>,
): InputFault[] {
  return images.flatMap((image, index) => {
    const at = `/images/${String(index)}`;
    const unready = 'imageId' in image && !ready.has(image.imageId);
    const strangers = image.variantIds.flatMap((id, place) =>
      variantIds.has(id) ? [] : [{ pointer: `${at}/variantIds/${String(place)}`, detail: 'is no variant of the product' }],
    );
    return [...(unready ? [{ pointer: `${at}/imageId`, detail: 'is no image that can be shown' }] : []), ...strangers];
  }).slice(0, 50);
}
