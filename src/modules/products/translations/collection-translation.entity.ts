import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The row of a collection's texts in a language; what is null is taken from the next one. */
@Entity('collection_translations')
export class CollectionTranslationEntity {
  @PrimaryColumn('uuid', { name: 'collection_id' })
  ownerId!: string;

  @PrimaryColumn('text')
  locale!: string;

  @Column('text', { nullable: true })
  title!: string | null;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
