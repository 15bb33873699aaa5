import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { fileTypeFromBuffer } from 'file-type';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { problem } from '../../common/problems/problem.js';
import { assertOutsideTransaction } from '../../infrastructure/database/database.js';
import { FILE_LIMIT_BYTES } from '../../infrastructure/http/file-limit.js';
import { PRESETS, type Format, type Rendition } from './image-presets.js';
import type { ImageType } from './image.schema.js';
import { OneAtATime } from './one-at-a-time.js';

/** Pixels of an image at most. */
const LIMIT_PIXELS = 50_000_000;
/** Longest side of the original that is kept: twice that of the largest rendition. */
const ORIGINAL_SIDE = 2 * PRESETS.large;
const TIMEOUT_SECONDS = 120;
const WHITE = '#ffffff';

/** What libvips calls each type that is taken. */
const LOADED_AS: Readonly<Record<string, { type: ImageType; format: string }>> = {
  'image/jpeg': { type: 'image/jpeg', format: 'jpeg' },
  'image/png': { type: 'image/png', format: 'png' },
  'image/webp': { type: 'image/webp', format: 'webp' },
  'image/avif': { type: 'image/avif', format: 'heif' },
  'image/gif': { type: 'image/gif', format: 'gif' },
};

/** An image that was read to its end. */
export interface CheckedImage {
  readonly contentType: ImageType;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
  /** The same image without metadata, upright and in sRGB. */
  readonly original: { readonly data: Buffer; readonly ending: 'jpg' | 'png'; readonly contentType: string };
}

// Memory is bounded by doing one image at a time, on one thread, and by keeping nothing.
sharp.cache(false);
sharp.concurrency(1);
// What libvips can read beyond these, SVG and PDF among them, is not even tried.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif'].map((name) => `VipsForeignLoad${name}Buffer`),
});

/** Decodes and encodes images, one at a time in a process. */
@Injectable()
export class ImageProcessor {
  private readonly turns = new OneAtATime();

  /**
   * Reads an image to its end. Its type is found in its bytes; names and headers say nothing.
   *
   * @throws Problem `image_unsupported` (415), `image_too_large` (413), `image_broken` (422)
   */
  check(data: Buffer): Promise<CheckedImage> {
    assertOutsideTransaction('Reading an image');
    return this.turns.run(() => check(data));
  }

  /** Makes a rendition of a kept original. */
  render(original: Buffer, rendition: Rendition): Promise<Buffer> {
    assertOutsideTransaction('Making a rendition');
    return this.turns.run(() => render(original, rendition));
  }
}

async function check(data: Buffer): Promise<CheckedImage> {
  if (data.length > FILE_LIMIT_BYTES) throw problem('image_too_large');
  const found = await fileTypeFromBuffer(data);
  const known = LOADED_AS[found?.mime ?? ''];
  if (!known) throw problem('image_unsupported');
  const metadata = await refusingBroken(() => open(data).metadata());
  if (metadata.format !== known.format) throw problem('image_unsupported');
  if (metadata.width * metadata.height > LIMIT_PIXELS) throw problem('image_too_large');
  const original = await refusingBroken(() => toOriginal(data, metadata));
  return {
    contentType: known.type,
    width: metadata.autoOrient.width,
    height: metadata.autoOrient.height,
    bytes: data.length,
    sha256: createHash('sha256').update(data).digest('hex'),
    original,
  };
}

/** Without loss where the upload had none or lets something show through, else as a JPEG. */
async function toOriginal(data: Buffer, { format, hasAlpha }: Metadata): Promise<CheckedImage['original']> {
  const image = upright(data, ORIGINAL_SIDE);
  if (hasAlpha || format === 'png' || format === 'gif') {
    return { data: await image.png().toBuffer(), ending: 'png', contentType: 'image/png' };
  }
  const jpeg = image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' });
  return { data: await jpeg.toBuffer(), ending: 'jpg', contentType: 'image/jpeg' };
}

function render(original: Buffer, { preset, format }: Rendition): Promise<Buffer> {
  return ENCODERS[format](upright(original, PRESETS[preset])).toBuffer();
}

const ENCODERS: Readonly<Record<Format, (image: Sharp) => Sharp>> = {
  avif: (image) => image.avif({ quality: 55, effort: 2 }),
  webp: (image) => image.webp({ quality: 80 }),
  jpg: (image) => image.flatten({ background: WHITE }).jpeg({ quality: 82, progressive: true }),
};

/** Metadata are left out and the colours are sRGB unless sharp is told otherwise. */
function upright(data: Buffer, side: number): Sharp {
  return open(data)
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb');
}

/** The first frame alone. */
function open(data: Buffer): Sharp {
  return sharp(data, { limitInputPixels: LIMIT_PIXELS, failOn: 'warning', pages: 1 }).timeout({ seconds: TIMEOUT_SECONDS });
}

/** @throws Problem `image_too_large` (413) when the header names too many pixels, else `image_broken` (422) */
async function refusingBroken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const tooLarge = error instanceof Error && error.message.includes('exceeds pixel limit');
    throw problem(tooLarge ? 'image_too_large' : 'image_broken');
  }
}
