import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The row of a category. */
@Entity('categories')
export class CategoryEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'parent_id', nullable: true })
  parentId!: string | null;

  @Column('text')
  slug!: string;

  @Column('text')
  name!: string;

  @Column('text')
  description!: string;

  /** Its place among its siblings: 0, 1, 2 and so on. */
  @Column('integer')
  position!: number;

  /** The ids from the root to the category itself. */
  @Column('uuid', { array: true })
  path!: string[];

  @Column('integer')
  depth!: number;

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
