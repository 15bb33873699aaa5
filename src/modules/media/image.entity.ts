import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where an image stands. */
export type ImageState = 'awaiting_upload' | 'ready';

/** The row of an image; until it is uploaded, its type and size are what the client announced. */
@Entity('images')
export class ImageEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  state!: ImageState;

  @Column('text', { name: 'content_type' })
  contentType!: string;

  @Column('integer')
  bytes!: number;

  @Column('integer', { nullable: true })
  width!: number | null;

  @Column('integer', { nullable: true })
  height!: number | null;

  @Column('text', { nullable: true })
  sha256!: string | null;

  /** Key of the original in the storage. */
  @Column('text', { nullable: true })
  original!: string | null;

  @Column('text', { nullable: true })
  alt!: string | null;

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
