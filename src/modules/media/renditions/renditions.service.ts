import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { problem } from '../../../common/problems/problem.js';
import { ImageProcessor } from '../image-processor.js';
import { findRendition, MEDIA_TYPES, renditionKey, RENDITIONS, uploadKey, type Rendition } from '../image-presets.js';
import { ImagesRepository, type ReadyImage } from '../images.repository.js';
import { MediaStorage, readWhole, type StoredFile } from '../storage/media-storage.js';

/** More than the kept original of any image has. */
const ORIGINAL_LIMIT_BYTES = 100 * 1_048_576;

/** A rendition that is asked for, as it is answered. */
export interface ServedRendition {
  readonly contentType: string;
  readonly etag: string;
  /** The file; opened only when the client does not have it. */
  readonly open: () => Promise<StoredFile>;
}

/** The renditions of images: made once, kept in the storage. */
@Injectable()
export class RenditionsService {
  /** Renditions that are being made, so that two who ask wait for one. */
  private readonly making = new Map<string, Promise<Buffer>>();

  constructor(
    private readonly images: ImagesRepository,
    private readonly storage: MediaStorage,
    private readonly processor: ImageProcessor,
  ) {}

  /**
   * A rendition by its file name, such as `large.webp`; without an ending in the best format that is accepted.
   *
   * @throws Problem `not_found` (404) when there is no such image or no such rendition
   */
  async find(imageId: string, name: string, accept: string | undefined): Promise<ServedRendition> {
    const rendition = findRendition(name, accept);
    const image = rendition && (await this.images.findReady(imageId));
    if (!image) throw problem('not_found');
    return {
      contentType: MEDIA_TYPES[rendition.format],
      etag: `"${image.sha256.slice(0, 32)}-${rendition.preset}-${rendition.format}"`,
      open: () => this.open(image, rendition),
    };
  }

  /** Makes the renditions of an image that are not there yet; the file of a direct upload is not needed any more. */
  async makeAll(imageId: string, report: (percent: number) => Promise<void>): Promise<void> {
    const image = await this.images.findReady(imageId);
    if (!image) return;
    for (const [index, rendition] of RENDITIONS.entries()) {
      const made = await this.storage.get(renditionKey(imageId, rendition));
      made?.stream.destroy();
      if (!made) await this.makeOnce(image, rendition);
      await report(Math.floor(((index + 1) / RENDITIONS.length) * 100));
    }
    await this.storage.delete(uploadKey(imageId));
  }

  /** Removes every file of an image. */
  async removeAll(imageId: string, original: string | null): Promise<void> {
    const keys = [...RENDITIONS.map((rendition) => renditionKey(imageId, rendition)), uploadKey(imageId)];
    for (const key of original === null ? keys : [original, ...keys]) await this.storage.delete(key);
  }

  private async open(image: ReadyImage, rendition: Rendition): Promise<StoredFile> {
    const made = await this.storage.get(renditionKey(image.id, rendition));
    if (made) return made;
    const data = await this.makeOnce(image, rendition);
    return { stream: Readable.from([data]), bytes: data.length };
  }

  private makeOnce(image: ReadyImage, rendition: Rendition): Promise<Buffer> {
    const key = renditionKey(image.id, rendition);
    const running = this.making.get(key);
    if (running) return running;
    const made = this.make(image, rendition).finally(() => this.making.delete(key));
    this.making.set(key, made);
    return made;
  }

  private async make({ id, original }: ReadyImage, rendition: Rendition): Promise<Buffer> {
    const file = await this.storage.get(original);
    const source = file && (await readWhole(file, ORIGINAL_LIMIT_BYTES));
    if (!source) throw new Error(`The original of the image ${id} cannot be read.`);
    const data = await this.processor.render(source, rendition);
    await this.storage.put(renditionKey(id, rendition), data, MEDIA_TYPES[rendition.format]);
    return data;
  }
}
