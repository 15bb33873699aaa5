import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AttributeValues } from './product-types/attribute.schema.js';
import type { ProductState } from './product.state.js';

/** An option of a product, such as Size, with its values in order. */
export interface ProductOption {
  readonly name: string;
  readonly values: string[];
}

/** An image of a product, by its address; one of ours by its id as well. */
export interface ProductImage {
  readonly url: string;
  readonly alt: string | null;
  readonly imageId?: string;
  /** Variants that it shows; none for all. */
  readonly variantIds?: string[];
}

/** What search engines show of a product, where it differs from its own texts. */
export interface ProductSeo {
  readonly title: string | null;
  readonly description: string | null;
}

/** Values of other systems that staff keep with a product. */
export type ProductMetadata = Record<string, string | number | boolean>;

/** The row of a product. */
@Entity('products')
export class ProductEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  slug!: string;

  @Column('text')
  title!: string;

  @Column('text')
  description!: string;

  @Column('text', { nullable: true })
  vendor!: string | null;

  @Column('text', { nullable: true })
  category!: string | null;

  @Column('text', { array: true })
  tags!: string[];

  @Column('jsonb')
  options!: ProductOption[];

  @Column('jsonb')
  images!: ProductImage[];

  @Column('text')
  state!: ProductState;

  @Column('timestamptz', { name: 'publish_at', nullable: true })
  publishAt!: Date | null;

  @Column('timestamptz', { name: 'unpublish_at', nullable: true })
  unpublishAt!: Date | null;

  @Column('jsonb')
  seo!: ProductSeo;

  @Column('jsonb')
  metadata!: ProductMetadata;

  /** Lifts or lowers the product in lists by relevance. */
  @Column('smallint', { name: 'search_boost', default: 0 })
  searchBoost?: number;

  @Column('text', { name: 'external_reference', nullable: true })
  externalReference!: string | null;

  @Column('uuid', { name: 'product_type_id', nullable: true })
  productTypeId!: string | null;

  @Column('jsonb')
  attributes!: AttributeValues;

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
