import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ImportFormat, ImportResult, ImportState } from './import.schema.js';

/** The row of a product import; the file is dropped once it has been read to the end. */
@Entity('product_imports')
export class ImportEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  format!: ImportFormat;

  @Column('char', { length: 3 })
  currency!: string;

  @Column('bytea', { nullable: true })
  file!: Buffer | null;

  @Column('text')
  state!: ImportState;

  @Column('integer', { name: 'rows_total' })
  rowsTotal!: number;

  @Column('integer', { name: 'rows_processed' })
  rowsProcessed!: number;

  @Column('jsonb')
  result!: ImportResult;

  @Column('jsonb', { nullable: true })
  failure!: { detail: string } | null;

  @Column('uuid', { name: 'created_by' })
  createdBy!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
