import { z } from 'zod';
import { line, TimestampSchema } from '../../../common/text/text.schema.js';

const MAX_METADATA_BYTES = 16_384;
const MAX_METADATA_KEYS = 50;

/** The name that another system has for a product; unique. */
export const ExternalReferenceSchema = line(200).refine((reference) => !/^\.{1,2}$/.test(reference), 'is dots alone').meta({
  // RFC 3986, 5.2.4: a segment of dots alone is taken out of an address.
  description: 'The name that another system has for the product; unique, and neither `.` nor `..`, which no address can hold.',
  examples: ['erp-4711'],
});

/** Values of other systems that staff keep with a product. */
export const MetadataSchema = z
  .record(line(100), z.union([z.string().max(MAX_METADATA_BYTES), z.number(), z.boolean()]))
  .refine((metadata) => Object.keys(metadata).length <= MAX_METADATA_KEYS, `has more than ${String(MAX_METADATA_KEYS)} keys`)
  .refine(
    (metadata) => Buffer.byteLength(JSON.stringify(metadata)) <= MAX_METADATA_BYTES,
    `is more than ${String(MAX_METADATA_BYTES)} bytes of JSON`,
  )
  .refine((metadata) => !hasUnstorable(JSON.stringify(metadata)), 'has characters that cannot be stored')
  .meta({
    description: 'Values of your own, for staff alone: 50 at most, 16 KiB in all.',
    examples: [{ season: '2026-summer', returnable: true }],
  });

/** When a product is on sale, and what other systems know of it. */
export const saleShape = {
  publishAt: TimestampSchema.nullable()
    .default(null)
    .meta({ description: 'When a draft goes on sale by itself.' }),
  unpublishAt: TimestampSchema.nullable()
    .default(null)
    .meta({ description: 'When the product goes off sale by itself; later than `publishAt`.' }),
  seo: z
    .strictObject({ title: line(300).nullable().default(null), description: line(500).nullable().default(null) })
    .default({ title: null, description: null }),
  metadata: MetadataSchema.default({}),
  externalReference: ExternalReferenceSchema.nullable().default(null),
};

/** The moment that a client has written, or none. */
export function momentOf(written: string | null): Date | null {
  return written === null ? null : new Date(written);
}

/** The times of sale among some changes, as the columns keep them; those that are left out stay out. */
export function momentsOf({ publishAt, unpublishAt }: SaleTimes): { publishAt?: Date | null; unpublishAt?: Date | null } {
  return {
    ...(publishAt === undefined ? {} : { publishAt: momentOf(publishAt) }),
    ...(unpublishAt === undefined ? {} : { unpublishAt: momentOf(unpublishAt) }),
  };
}

interface SaleTimes {
  readonly publishAt?: string | null | undefined;
  readonly unpublishAt?: string | null | undefined;
}

/** What is wrong with the times of a product's sale, or `null`. */
export function saleTimesFault(sale: {
  readonly state: string;
  readonly publishAt: Date | null;
  readonly unpublishAt: Date | null;
}): { field: 'publishAt' | 'unpublishAt'; message: string } | null {
  const { state, publishAt, unpublishAt } = sale;
  if (publishAt === null) return null;
  if (state !== 'draft') return { field: 'publishAt', message: 'is for drafts alone' };
  if (unpublishAt === null || unpublishAt > publishAt) return null;
  return { field: 'unpublishAt', message: 'must be later than publishAt' };
}

/** A zero character, or half of a pair, as JSON writes them. */
function hasUnstorable(json: string): boolean {
  return /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i.test(json);
}
