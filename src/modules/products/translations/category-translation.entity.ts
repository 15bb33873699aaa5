import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The row of a category's texts in a language; what is null is taken from the next one. */
@Entity('category_translations')
export class CategoryTranslationEntity {
  @PrimaryColumn('uuid', { name: 'category_id' })
  ownerId!: string;

  @PrimaryColumn('text')
  locale!: string;

  @Column('text', { nullable: true })
  name!: string | null;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
