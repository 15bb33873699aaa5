import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { AnswerView } from '../../../infrastructure/http/answer-view.js';
import { ProductCache } from './product-cache.js';

/** Bytes that the lists take which are remembered, at most. */
const MAX_BYTES = 4 * 1_048_576;
/** Rough bytes of a list beside its name and products, and of a product. */
const LIST_BYTES = 300;
const PRODUCT_BYTES = 60;

/** A product that a list found. */
export interface FoundRow {
  readonly id: string;
  /** The JSON of a `ProductSummary`, in the view of the list; `null` for what is known. */
  readonly json: string | null;
}

/** What a list found, in its order. */
export interface FoundRows<R extends FoundRow = FoundRow> {
  readonly hits: readonly R[];
}

/** The same, each with its row. */
export type Listed<F extends FoundRows> = Omit<F, 'hits'> & { readonly hits: readonly (F['hits'][number] & { readonly json: string })[] };

/**
 * The rows of lists that are asked for again. What a list finds, and in which order, is looked up each time;
 * of the products that it had the last time, those that are kept are not read again.
 */
@Injectable()
export class ListedProducts {
  private readonly last = new LRUCache<string, readonly string[]>({
    maxSize: MAX_BYTES,
    sizeCalculation: (ids, key) => LIST_BYTES + 2 * key.length + PRODUCT_BYTES * ids.length,
  });

  constructor(private readonly cache: ProductCache) {}

  /**
   * What a list finds, each with its row.
   *
   * @param list names the list and its page, whatever the view
   * @param read looks the hits up; takes the ids of products whose rows it leaves out
   */
  read<F extends FoundRows>(list: string, view: AnswerView, read: (known: readonly string[]) => Promise<F>): Promise<Listed<F>> {
    const key = `${view.languages.join(',')} ${view.currency ?? ''} ${list}`;
    return this.cache.withRows(async (rows) => {
      const known = new Map((this.last.get(key) ?? []).flatMap((id) => {
        const row = rows.kept(view, id);
        return row === undefined ? [] : [[id, row] as const];
      }));
      const { hits, ...rest } = await read([...known.keys()]);
      this.last.set(key, hits.map(({ id }) => id));
      const listed = hits.map((hit: F['hits'][number]) => {
        if (hit.json !== null) rows.keep(view, hit.id, hit.json);
        const json = hit.json ?? known.get(hit.id);
        if (json === undefined) throw new Error('A list left a row out that nobody has.');
        return { ...hit, json };
      });
      return { ...rest, hits: listed };
    });
  }
}
