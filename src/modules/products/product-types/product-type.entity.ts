import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The kinds of values that an attribute can have. */
export const ATTRIBUTE_TYPES = ['text', 'number', 'boolean', 'choice', 'date'] as const;

/** What kind of values an attribute has. */
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** An attribute that the products of a type have. */
export interface AttributeDefinition {
  readonly code: string;
  readonly name: string;
  readonly type: AttributeType;
  /** What a number counts; none for other attributes. */
  readonly unit: string | null;
  /** What a choice is made from; none for other attributes. */
  readonly values: string[];
  readonly required: boolean;
  readonly filterable: boolean;
  readonly searchable: boolean;
}

/** The row of a product type; its attributes in their order. */
@Entity('product_types')
export class ProductTypeEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  code!: string;

  @Column('text')
  name!: string;

  @Column('jsonb')
  attributes!: AttributeDefinition[];

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
