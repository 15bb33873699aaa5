import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { decodeCursor, listFingerprint } from '../../common/pagination/cursor.js';
import { toPage, type Page } from '../../common/pagination/page.schema.js';
import { problem } from '../../common/problems/problem.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { Database, isRehearsing } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { domainEvent } from '../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../infrastructure/outbox/outbox.js';
import { IMAGE_CREATED, IMAGE_DELETED } from './image.events.js';
import { toImage } from './image.mapper.js';
import { ImageProcessor, type CheckedImage } from './image-processor.js';
import { ImagesRepository, type UploadedColumns } from './images.repository.js';
import type { CreateImage, Image, ListImages } from './image.schema.js';
import { MediaStorage } from './storage/media-storage.js';

/** The images of the shop, for staff and for other modules. */
@Injectable()
export class ImagesService {
  constructor(
    private readonly images: ImagesRepository,
    private readonly processor: ImageProcessor,
    private readonly storage: MediaStorage,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** A page of images, the newest first. */
  async list({ limit, cursor, ...filters }: ListImages): Promise<Page<Image>> {
    const fingerprint = listFingerprint(filters);
    const after = cursor === undefined ? undefined : decodeCursor(fingerprint, cursor, 'text');
    const rows = await this.images.list({ ...filters, limit, beforeId: after?.id });
    return toPage(rows, limit, fingerprint, ({ id }) => ({ value: '', id }), toImage);
  }

  /**
   * An image.
   *
   * @throws Problem `not_found` (404)
   */
  async get(id: string): Promise<Image> {
    const row = await this.images.find(id);
    if (!row) throw problem('not_found');
    return toImage(row);
  }

  /**
   * Takes an image. Its file is stored before its row: a file without a row does no harm.
   *
   * @throws Problem `image_unsupported` (415), `image_too_large` (413), `image_broken` (422)
   */
  async create({ file, alt }: CreateImage): Promise<Image> {
    // Kept with the key: a repeat of a call that stopped half-way writes the same file again.
    const { id } = await this.database.transaction(() => Promise.resolve({ id: uuidv7() }), { checkpoint: true });
    const columns = await this.store(id, file.data);
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const row = { ...columns, id, state: 'ready' as const, alt: alt ?? null, version: 1, createdAt: now, updatedAt: now };
      await this.images.insert(tx, row);
      this.outbox.append(tx, domainEvent(IMAGE_CREATED, id, { imageId: id }));
      return toImage(row);
    });
  }

  /**
   * Checks the bytes of an image and stores them without metadata; a rehearsal only checks.
   *
   * @throws Problem `image_unsupported` (415), `image_too_large` (413), `image_broken` (422)
   */
  async store(id: string, data: Buffer): Promise<UploadedColumns> {
    const { original, ...found }: CheckedImage = await this.processor.check(data);
    // Named after the content: of two that complete one upload, neither replaces the file of the other.
    const key = `originals/${id}/${found.sha256}.${original.ending}`;
    if (!isRehearsing()) await this.storage.put(key, original.data, original.contentType);
    return { ...found, original: key };
  }

  /**
   * Deletes an image that nothing shows; a job removes its files.
   *
   * @throws Problem `not_found` (404), `precondition_failed` (412), `image_in_use` (409)
   */
  delete(id: string, version: number | null): Promise<void> {
    return this.database.transaction(async (tx) => {
      const { original } = await this.images.lock(tx, id, version);
      if (await this.images.isShown(tx, id)) throw problem('image_in_use');
      await this.images.delete(tx, id);
      this.outbox.append(tx, domainEvent(IMAGE_DELETED, id, { imageId: id, original }));
    });
  }

  /** The texts of the given images that can be shown, by id; they cannot be deleted until the transaction ends. */
  async hold(tx: Transaction, ids: readonly string[]): Promise<Map<string, string | null>> {
    if (ids.length === 0) return new Map();
    const held = await this.images.holdReady(tx, [...new Set(ids)]);
    return new Map(held.map(({ id, alt }) => [id, alt]));
  }
}
