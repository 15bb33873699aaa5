import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a product must be to be in a collection; each condition is one kind of question. */
export type CollectionCondition =
  | { readonly field: 'title'; readonly contains: string }
  | { readonly field: 'vendor'; readonly is: string }
  | { readonly field: 'category'; readonly is: string }
  | { readonly field: 'categoryId'; readonly is: string }
  | { readonly field: 'tag'; readonly is: string }
  | { readonly field: 'price'; readonly currency: string; readonly min: number; readonly max: number }
  | { readonly field: 'inStock'; readonly is: boolean }
  | { readonly field: 'createdAt'; readonly withinDays: number };

/** The rules of a collection: whether all conditions must hold or one is enough. */
export interface CollectionRules {
  readonly match: 'all' | 'any';
  readonly conditions: readonly CollectionCondition[];
}

/** The row of a collection; one without rules is listed by hand. */
@Entity('collections')
export class CollectionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  slug!: string;

  @Column('text')
  title!: string;

  @Column('text')
  description!: string;

  @Column('jsonb', { nullable: true })
  rules!: CollectionRules | null;

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
