import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { ProductReadsRepository, type ProductOfFile } from '../product-reads.repository.js';
import type { ExportProducts } from './export.schema.js';
import { CSV_HEADER, toNdjson, toShopifyCsv } from './product-export.js';

/** Products of a page at most, and of the first. */
const MOST = 500;
const FIRST = 50;
/** Characters that a page is to have. */
const PAGE_CHARACTERS = 1_000_000;
/** Characters that are sent at once. */
const PIECE_CHARACTERS = 65_536;

/** Writes the whole catalogue as a file. */
@Injectable()
export class ProductExportsService {
  constructor(
    private readonly reads: ProductReadsRepository,
    private readonly config: Config,
  ) {}

  /**
   * The file, piece by piece: the next page is read when the last has been taken. No transaction is
   * held over the pages; a product that is changed meanwhile is told as it was when its page was read.
   */
  async *write({ format, after }: ExportProducts): AsyncGenerator<string> {
    const { shop } = this.config;
    const toText = format === 'ndjson' ? (row: ProductOfFile) => toNdjson(row, shop) : toShopifyCsv;
    let piece = format === 'shopify-csv' && after === undefined ? CSV_HEADER : '';
    let last = after;
    let limit = FIRST;
    for (;;) {
      const rows = await this.reads.listAfter(last, limit);
      let characters = 0;
      for (const row of rows) {
        const text = toText(row);
        characters += text.length;
        piece += text;
        if (piece.length < PIECE_CHARACTERS) continue;
        yield piece;
        piece = '';
      }
      last = rows.at(-1)?.id;
      if (rows.length < limit) break;
      // Large products come in smaller pages: what is held does not grow with them.
      limit = Math.max(1, Math.min(MOST, Math.floor((PAGE_CHARACTERS / characters) * rows.length)));
    }
    if (piece !== '') yield piece;
  }
}
