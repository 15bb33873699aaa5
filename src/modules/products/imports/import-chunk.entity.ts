import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The row of a piece of an imported file; all but the last are of one size. */
@Entity('import_chunks')
export class ImportChunkEntity {
  @PrimaryColumn('uuid', { name: 'import_id' })
  importId!: string;

  @PrimaryColumn('integer')
  position!: number;

  @Column('bytea')
  data!: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
