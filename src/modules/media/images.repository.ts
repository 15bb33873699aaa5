import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { problem } from '../../common/problems/problem.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { Database } from '../../infrastructure/database/database.js';
import { productImageUrl } from './image-presets.js';
import { ImageEntity, type ImageState } from './image.entity.js';

const SWEEP_BATCH = 100;

/** What of an image is known once it is uploaded. */
export type UploadedColumns = Pick<ImageEntity, 'contentType' | 'bytes' | 'width' | 'height' | 'sha256' | 'original'>;

/** What a list selects. */
export interface ImageFilter {
  readonly state?: ImageState | undefined;
  readonly limit: number;
  readonly beforeId?: string | undefined;
}

/** An image that can be shown, as the files of its renditions need it. */
export interface ReadyImage {
  readonly id: string;
  readonly original: string;
  readonly sha256: string;
  readonly [column: string]: unknown;
}

/** Reads and writes what is known of images. */
@Injectable()
export class ImagesRepository {
  constructor(
    @InjectRepository(ImageEntity) private readonly images: Repository<ImageEntity>,
    private readonly database: Database,
  ) {}

  /** An image, or `null`. */
  find(id: string): Promise<ImageEntity | null> {
    return this.images.findOneBy({ id });
  }

  /** An image that can be shown, or `null`. */
  async findReady(id: string): Promise<ReadyImage | null> {
    const rows = await this.database.query<ReadyImage>(
      `SELECT id, original, sha256 FROM images WHERE id = $1 AND state = 'ready'`,
      [id],
    );
    return rows[0] ?? null;
  }

  /** Images, the newest first, one more than the limit if there are. */
  list({ state, limit, beforeId }: ImageFilter): Promise<ImageEntity[]> {
    return this.images.find({
      where: { ...(state ? { state } : {}), ...(beforeId === undefined ? {} : { id: LessThan(beforeId) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
  }

  /** Adds an image. */
  async insert(tx: Transaction, image: ImageEntity): Promise<void> {
    await tx.repository(ImageEntity).insert(image);
  }

  /**
   * Locks an image.
   *
   * @param version the version that the client read; `null` for any
   * @throws Problem `not_found` (404), `precondition_failed` (412) when it has changed since
   */
  async lock(tx: Transaction, id: string, version: number | null): Promise<ImageEntity> {
    const image = await tx.repository(ImageEntity).findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!image) throw problem('not_found');
    if (version !== null && image.version !== version) throw problem('precondition_failed');
    return image;
  }

  /** The given images that can be shown; none of them can be deleted until the transaction ends. */
  async holdReady(tx: Transaction, ids: readonly string[]): Promise<{ id: string; alt: string | null }[]> {
    return tx.query<{ id: string; alt: string | null }>(
      `SELECT id, alt FROM images WHERE id = ANY($1::uuid[]) AND state = 'ready' ORDER BY id FOR KEY SHARE`,
      [ids],
    );
  }

  /** Records that a locked image is uploaded. */
  async markReady(tx: Transaction, id: string, columns: UploadedColumns, now: Date): Promise<void> {
    await tx
      .repository(ImageEntity)
      .update({ id, state: 'awaiting_upload' }, { ...columns, state: 'ready', updatedAt: now, version: () => 'version + 1' });
  }

  /**
   * Whether a product or variant shows a locked image. Reads `products` and `variants`: whoever
   * gives them an image holds its row before, so none is missed.
   */
  async isShown(tx: Transaction, id: string): Promise<boolean> {
    const [row] = await tx.query<{ shown: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM products p WHERE p.images @? '$[*].imageId'
                        AND jsonb_path_query_array(p.images, '$[*].imageId') @> to_jsonb($1::text))
           OR EXISTS (SELECT 1 FROM variants v WHERE v.image_url LIKE '/v1/images/%' AND v.image_url = $2) AS shown`,
      [id, productImageUrl(id)],
    );
    return row?.shown ?? false;
  }

  /** Deletes a locked image. */
  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.repository(ImageEntity).delete({ id });
  }

  /** Deletes some of the images that were begun before a moment and never uploaded; answers their ids. */
  async deleteAwaiting(tx: Transaction, before: Date): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `DELETE FROM images WHERE id IN (
         SELECT id FROM images WHERE state = 'awaiting_upload' AND created_at < $1
         ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
       ) RETURNING id`,
      [before, SWEEP_BATCH],
    );
    return rows.map(({ id }) => id);
  }
}
