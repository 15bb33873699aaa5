import { RENDITIONS, renditionUrl } from './image-presets.js';
import type { ImageEntity } from './image.entity.js';
import type { Image, ImageType } from './image.schema.js';

/** An image as staff see it. */
export function toImage(row: ImageEntity): Image {
  return {
    id: row.id,
    state: row.state,
    contentType: row.contentType as ImageType,
    width: row.width,
    height: row.height,
    bytes: row.bytes,
    sha256: row.sha256,
    renditions:
      row.state === 'ready'
        ? RENDITIONS.map(({ preset, format }) => ({ preset, format, url: renditionUrl(row.id, { preset, format }) }))
        : [],
    alt: row.alt,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
  };
}
