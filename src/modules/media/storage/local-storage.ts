import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assertOutsideTransaction } from '../../../infrastructure/database/database.js';
import { MediaStorage, type AnnouncedUpload, type PresignedUpload, type StoredFile } from './media-storage.js';
import { signUpload } from './upload-signature.js';

/** Where files are until they are whole; on the same file system, for a rename to be one step. */
const PARTS_FOLDER = '.parts';

/** Files in a folder, which every process of the shop can reach. */
export class LocalStorage extends MediaStorage {
  constructor(
    private readonly folder: string,
    private readonly secret: string,
  ) {
    super();
  }

  /** Written in a folder aside and renamed, so that nobody ever finds half a file among the others. */
  override async put(key: string, data: Buffer): Promise<void> {
    assertOutsideTransaction('Writing a file');
    const path = join(this.folder, key);
    const parts = join(this.folder, PARTS_FOLDER);
    await Promise.all([dirname(path), parts].map((folder) => mkdir(folder, { recursive: true })));
    const aside = join(parts, randomUUID());
    await writeFile(aside, data, { mode: 0o600 });
    await rename(aside, path);
  }

  override async get(key: string): Promise<StoredFile | null> {
    assertOutsideTransaction('Reading a file');
    try {
      const file = await open(join(this.folder, key));
      const { size } = await file.stat();
      return { stream: file.createReadStream(), bytes: size };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  override async delete(key: string): Promise<void> {
    assertOutsideTransaction('Removing a file');
    await rm(join(this.folder, key), { force: true });
  }

  override presign({ imageId, contentType, expiresAt }: AnnouncedUpload): Promise<PresignedUpload> {
    const expires = String(expiresAt.getTime());
    const query = new URLSearchParams({ expires, signature: signUpload({ imageId, expires }, this.secret) });
    return Promise.resolve({
      url: `/v1/uploads/${imageId}?${query.toString()}`,
      headers: { 'Content-Type': contentType },
    });
  }
}
