import type { Readable } from 'node:stream';
import type { OnModuleDestroy } from '@nestjs/common';
import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Clock } from '../../../infrastructure/clock/clock.js';
import { assertOutsideTransaction } from '../../../infrastructure/database/database.js';
import { MediaStorage, type AnnouncedUpload, type PresignedUpload, type StoredFile } from './media-storage.js';

/** A bucket and how it is reached. */
export interface BucketOptions {
  readonly name: string;
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly forcePathStyle: boolean;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** Files in a bucket of an S3-compatible store. */
export class S3Storage extends MediaStorage implements OnModuleDestroy {
  private readonly client: S3Client;

  constructor(
    private readonly bucket: BucketOptions,
    private readonly clock: Clock,
  ) {
    super();
    const { region, endpoint, forcePathStyle, credentials } = bucket;
    this.client = new S3Client({
      region,
      forcePathStyle,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
      // Stores other than Amazon's do not know the newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  /** Lets the connections go. */
  onModuleDestroy(): void {
    this.client.destroy();
  }

  override async put(key: string, data: Buffer, contentType: string): Promise<void> {
    assertOutsideTransaction('Writing to the bucket');
    await this.client.send(
      new PutObjectCommand({ Bucket: this.bucket.name, Key: key, Body: data, ContentType: contentType }),
    );
  }

  override async get(key: string): Promise<StoredFile | null> {
    assertOutsideTransaction('Reading the bucket');
    try {
      const { Body, ContentLength = 0 } = await this.client.send(
        new GetObjectCommand({ Bucket: this.bucket.name, Key: key }),
      );
      return { stream: Body as Readable, bytes: ContentLength };
    } catch (error) {
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  }

  override async delete(key: string): Promise<void> {
    assertOutsideTransaction('Removing from the bucket');
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket.name, Key: key }));
  }

  /** The store refuses another type or length than was announced: both are signed. */
  override async presign({ key, contentType, bytes, expiresAt }: AnnouncedUpload): Promise<PresignedUpload> {
    const now = this.clock.now();
    const command = new PutObjectCommand({
      Bucket: this.bucket.name,
      Key: key,
      ContentType: contentType,
      ContentLength: bytes,
    });
    const url = await getSignedUrl(this.client, command, {
      expiresIn: Math.ceil((expiresAt.getTime() - now.getTime()) / 1_000),
      signingDate: now,
      signableHeaders: new Set(['host', 'content-type', 'content-length']),
    });
    return { url, headers: { 'Content-Type': contentType, 'Content-Length': String(bytes) } };
  }
}
