import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProductSeo } from '../product.entity.js';
import type { OptionTexts } from './translated-product.js';

/** The row of a product's texts in a language; what is null is taken from the next one. */
@Entity('product_translations')
export class ProductTranslationEntity {
  @PrimaryColumn('uuid', { name: 'product_id' })
  ownerId!: string;

  @PrimaryColumn('text')
  locale!: string;

  @Column('text', { nullable: true })
  title!: string | null;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('jsonb')
  seo!: ProductSeo;

  @Column('jsonb')
  options!: OptionTexts;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
