import { Column, Entity, PrimaryColumn } from 'typeorm';
import { amountColumn } from '../../../infrastructure/database/amount-column.js';
import type { ImportFormat, ImportResult, ImportState } from './import.schema.js';

/** The row of a product import; its file is in pieces, which go once it has ended. */
@Entity('product_imports')
export class ImportEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  format!: ImportFormat;

  @Column('char', { length: 3 })
  currency!: string;

  @Column('text')
  state!: ImportState;

  @Column('bigint', { name: 'bytes_total', transformer: amountColumn })
  bytesTotal!: number;

  /** Where the first byte is that is not imported. */
  @Column('bigint', { name: 'bytes_processed', transformer: amountColumn })
  bytesProcessed!: number;

  @Column('integer', { name: 'lines_processed' })
  linesProcessed!: number;

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
