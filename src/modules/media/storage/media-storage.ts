import type { Readable } from 'node:stream';

/** A file of the storage, about to be read. */
export interface StoredFile {
  readonly stream: Readable;
  readonly bytes: number;
}

/** A file that a client is going to upload by itself. */
export interface AnnouncedUpload {
  readonly imageId: string;
  readonly key: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly expiresAt: Date;
}

/** Where and how a client uploads a file by itself. */
export interface PresignedUpload {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** Where the files of images are. A key is made of ids and names of ours alone, never of what a client says. */
export abstract class MediaStorage {
  /** Writes a file whole or not at all; one with the same key is replaced. */
  abstract put(key: string, data: Buffer, contentType: string): Promise<void>;

  /** A file, or `null` when there is none. */
  abstract get(key: string): Promise<StoredFile | null>;

  /** Removes a file; does nothing when there is none. */
  abstract delete(key: string): Promise<void>;

  /** Lets a client write one file for a while. */
  abstract presign(upload: AnnouncedUpload): Promise<PresignedUpload>;
}

/**
 * The bytes of a file.
 *
 * @returns `null` when there are more than the limit
 */
export async function readWhole({ stream, bytes }: StoredFile, limitBytes: number): Promise<Buffer | null> {
  if (bytes > limitBytes) {
    stream.destroy();
    return null;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
