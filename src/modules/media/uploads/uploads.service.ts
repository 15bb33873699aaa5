import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../../../../config/config.js';
import { problem } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { FILE_LIMIT_BYTES } from '../../../infrastructure/http/file-limit.js';
import type { RawBody } from '../../../infrastructure/http/raw-body.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { uploadKey } from '../image-presets.js';
import type { ImageEntity } from '../image.entity.js';
import { IMAGE_CREATED } from '../image.events.js';
import { toImage } from '../image.mapper.js';
import type { CreateUpload, Image, ImageUpload, UploadQuery } from '../image.schema.js';
import { ImagesRepository } from '../images.repository.js';
import { ImagesService } from '../images.service.js';
import { MediaStorage, readWhole } from '../storage/media-storage.js';
import { isSigned } from '../storage/upload-signature.js';

/** How long the address of an upload is valid. */
const VALID_MS = 900_000;

/** Images that clients upload past the API, or to a signed address of it. */
@Injectable()
export class UploadsService {
  constructor(
    private readonly images: ImagesRepository,
    private readonly stored: ImagesService,
    private readonly storage: MediaStorage,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Begins an upload: answers where the bytes go. */
  async begin({ contentType, bytes, alt }: CreateUpload): Promise<ImageUpload> {
    const [id, now] = [uuidv7(), this.clock.now()];
    const expiresAt = new Date(now.getTime() + VALID_MS);
    const announced = { imageId: id, key: uploadKey(id), contentType, bytes, expiresAt };
    const { url, headers } = await this.storage.presign(announced);
    return this.database.transaction(async (tx) => {
      const state = 'awaiting_upload' as const;
      const unknown = { width: null, height: null, sha256: null, original: null };
      const row: ImageEntity = { id, state, contentType, bytes, ...unknown, alt: alt ?? null, version: 1, createdAt: now, updatedAt: now };
      await this.images.insert(tx, row);
      return { id, state, upload: { method: 'PUT' as const, url, headers, expiresAt: expiresAt.toISOString() } };
    });
  }

  /**
   * Takes the bytes at a signed address; what they are is found out when the upload is completed.
   *
   * @param body the bytes, unread; anything else is no image
   * @throws Problem `not_found` (404), `upload_expired` (410), `unsupported_media_type` (415), `body_too_large` (413),
   * `invalid_state_transition` (409)
   */
  async receive(id: string, query: UploadQuery, body: RawBody | null): Promise<void> {
    const { bytes, contentType } = await this.database.transaction(
      async (tx) => {
        this.checkAddress(id, query);
        const { bytes, contentType } = await this.lockAwaited(tx, id, 'upload');
        return { bytes, contentType };
      },
      { checkpoint: true },
    );
    if (!body) throw problem('unsupported_media_type');
    await this.storage.put(uploadKey(id), await body.read(bytes), contentType);
    return this.database.transaction(() => Promise.resolve());
  }

  /**
   * Makes an image of what was uploaded.
   *
   * @throws Problem `not_found` (404), `upload_missing`, `invalid_state_transition` (409), `image_unsupported` (415),
   * `image_too_large` (413), `image_broken` (422)
   */
  async complete(id: string): Promise<Image> {
    await this.database.transaction((tx) => this.lockAwaited(tx, id, 'complete').then(() => ({ id })), { checkpoint: true });
    const columns = await this.stored.store(id, await this.readUpload(id));
    return this.database.transaction(async (tx) => {
      const row = await this.lockAwaited(tx, id, 'complete');
      const now = this.clock.now();
      await this.images.markReady(tx, id, columns, now);
      this.outbox.append(tx, domainEvent(IMAGE_CREATED, id, { imageId: id }));
      return toImage(Object.assign(row, columns, { state: 'ready' as const, version: row.version + 1 }));
    });
  }

  private checkAddress(imageId: string, { expires = '', signature = '' }: UploadQuery): void {
    if (!isSigned({ imageId, expires }, signature, this.config.auth.secret)) throw problem('not_found');
    if (Number(expires) <= this.clock.now().getTime()) throw problem('upload_expired');
  }

  private async lockAwaited(tx: Transaction, id: string, action: string): Promise<ImageEntity> {
    const row = await this.images.lock(tx, id, null);
    if (row.state !== 'awaiting_upload') throw problem('invalid_state_transition', { state: row.state, action });
    return row;
  }

  private async readUpload(id: string): Promise<Buffer> {
    const file = await this.storage.get(uploadKey(id));
    if (!file) throw problem('upload_missing');
    const data = await readWhole(file, FILE_LIMIT_BYTES);
    if (!data) throw problem('image_too_large');
    return data;
  }
}
