import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SynonymKind } from './synonym-index.js';

/** The row of a set of synonyms; the terms are kept as they were typed. */
@Entity('search_synonyms')
export class SynonymSetEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  kind!: SynonymKind;

  @Column('text', { array: true })
  terms!: string[];

  @Column('text', { array: true })
  replacements!: string[];

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
