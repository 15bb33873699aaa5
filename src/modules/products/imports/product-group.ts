import type { RowError } from './import.schema.js';

/** Where in a file its reader is: the next byte, and the lines before it. */
export interface FilePosition {
  readonly offset: number;
  readonly line: number;
}

/** An image as a file says it; its schema has not been checked yet. */
export interface ImageDraft {
  readonly url?: unknown;
  readonly alt?: unknown;
  readonly imageId?: unknown;
  readonly skus?: unknown;
}

/** A product as the file says it; its schema has not been checked yet. */
export interface ProductDraft {
  readonly slug: string;
  readonly images?: unknown;
  readonly variants: readonly Record<string, unknown>[];
  readonly [field: string]: unknown;
}

/** The lines of a file that make one product, and what is wrong with them. */
export interface ProductGroup {
  readonly line: number;
  readonly rows: number;
  /** `null` when no line of the group can be used. */
  readonly product: ProductDraft | null;
  /** The line of each variant; none where the product has one line. */
  readonly variantLines: readonly number[];
  /** Unpublished products are made archived. */
  readonly state: 'draft' | 'active' | 'archived';
  readonly errors: readonly RowError[];
  /** Where the next group begins. */
  readonly end: FilePosition;
}

/** Makes products of the bytes of a file, which come in pieces. */
export interface ProductReader {
  push(piece: Buffer): ProductGroup[];
  end(): ProductGroup[];
}
