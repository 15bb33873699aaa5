/** Longest side of each preset in pixels; an image is never enlarged. */
export const PRESETS = { thumb: 160, small: 480, medium: 960, large: 1_920 } as const;

/** The formats of renditions, the smallest files first. */
export const FORMATS = ['avif', 'webp', 'jpg'] as const;

/** The name of a size. */
export type Preset = keyof typeof PRESETS;
/** The format of a rendition, as its file ends. */
export type Format = (typeof FORMATS)[number];

/** One size of an image in one format. */
export interface Rendition {
  readonly preset: Preset;
  readonly format: Format;
}

/** Every rendition that an image has. */
export const RENDITIONS: readonly Rendition[] = (Object.keys(PRESETS) as Preset[]).flatMap((preset) =>
  FORMATS.map((format) => ({ preset, format })),
);

/** Media type of each format. */
export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  avif: 'image/avif',
  webp: 'image/webp',
  jpg: 'image/jpeg',
};

/** Where a rendition is served. */
export function renditionUrl(imageId: string, { preset, format }: Rendition): string {
  return `/v1/images/${imageId}/${preset}.${format}`;
}

/** The address that products show: the largest size, in the format that everything can read. */
export function productImageUrl(imageId: string): string {
  return renditionUrl(imageId, { preset: 'large', format: 'jpg' });
}

/** Key of a rendition's file in the storage. */
export function renditionKey(imageId: string, { preset, format }: Rendition): string {
  return `renditions/${imageId}/${preset}.${format}`;
}

/** Key of the file that was uploaded directly and not looked at yet. */
export function uploadKey(imageId: string): string {
  return `uploads/${imageId}`;
}

/**
 * The rendition that a file name asks for, such as `large.webp`; without an ending it is
 * the best one that the client accepts. `null` when there is none of that name.
 */
export function findRendition(name: string, accept: string | undefined): Rendition | null {
  const [preset = '', ending, ...rest] = name.split('.');
  if (rest.length > 0 || !Object.hasOwn(PRESETS, preset)) return null;
  const format = ending === undefined ? bestFormat(accept ?? '') : FORMATS.find((known) => known === ending);
  return format === undefined ? null : { preset: preset as Preset, format };
}

/** The first format that the client names; a wildcard is no promise that it can read the newer ones. */
function bestFormat(accept: string): Format {
  const accepted = accept
    .toLowerCase()
    .split(',')
    .filter((range) => !/;\s*q=0(\.0*)?\s*$/.test(range))
    .map((range) => range.split(';', 1)[0]?.trim());
  return FORMATS.find((format) => accepted.includes(MEDIA_TYPES[format])) ?? 'jpg';
}
