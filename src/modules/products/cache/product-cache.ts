import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { Database, isRehearsing } from '../../../infrastructure/database/database.js';
import { Notifications } from '../../../infrastructure/database/notifications.js';
import type { AnswerView } from '../../../infrastructure/http/answer-view.js';
import type { JsonText } from '../../../infrastructure/http/json-text.js';
import { KeptValues } from './kept-values.js';

/** Channel on which PostgreSQL tells the id of each product that a transaction has changed. */
export const PRODUCTS_CHANNEL = 'orderly_products';

/** The answer of a product, and which it is of. */
export interface ProductAnswer {
  readonly productId: string;
  readonly json: JsonText;
  /** Whether it stays right until a change is told of. */
  readonly mayKeep: boolean;
}

/** The languages and the currency of a row. */
export type RowView = Pick<AnswerView, 'languages' | 'currency'>;

/** The rows of lists, while one is read. */
export interface ListRows {
  /** The row of a product in a view, if it is kept. */
  kept(view: RowView, productId: string): string | undefined;
  /** Keeps a row that was read meanwhile, unless the product was changed since the reading began. */
  keep(view: RowView, productId: string, row: string): void;
}

/** A read that is under way. */
interface Reading {
  /** The products that were changed since it began. */
  readonly changed: Set<string>;
  cleared: boolean;
}

/** The read of an answer, for all who ask meanwhile. */
interface Load extends Reading {
  readonly result: Promise<ProductAnswer | null>;
}

const ATTEMPTS = 3;
const NO_ROWS: ListRows = { kept: () => undefined, keep: () => undefined };

/**
 * Keeps the answers of products, and their rows in lists, within bounds of bytes and of age.
 *
 * An answer is dropped when PostgreSQL tells of a change, wherever it was made. A change
 * of this process is seen by its next read; one of another process as soon as its notice
 * arrives. While none can arrive, the age is the bound. It counts from before the read.
 */
@Injectable()
export class ProductCache {
  /** The answers by `page …`, the rows by `row …`. */
  private readonly values: KeptValues<{ readonly answer?: ProductAnswer; readonly row?: string }>;
  private readonly loads = new Map<string, Load>();
  private readonly readings = new Set<Reading>();
  private readonly maxAgeMs: number;
  private listening = false;
  /** Of the transactions of this process, those whose notices have been heard. */
  private caughtUpWith = 0;
  private catchingUp: Promise<void> | undefined;

  constructor(
    private readonly notifications: Notifications,
    private readonly database: Database,
    config: Config,
  ) {
    const { maxBytes, maxAgeMs } = config.productCache;
    this.maxAgeMs = maxAgeMs;
    this.values = new KeptValues({ maxBytes, maxAgeMs });
  }

  /** Bytes that all that is kept takes. */
  get bytes(): number {
    return this.values.bytes;
  }

  /** The answer for a key if it is kept and all has been heard that this process changed. */
  kept(key: string): ProductAnswer | undefined {
    if (this.maxAgeMs === 0 || !this.isCaughtUp || isRehearsing()) return undefined;
    return this.values.get(`page ${key}`)?.answer;
  }

  /**
   * The answer for a key, kept or read; many who ask at once share one read.
   *
   * @param read reads the answer, `null` when there is none, which is not kept
   */
  async get(key: string, read: () => Promise<ProductAnswer | null>): Promise<ProductAnswer | null> {
    if (this.maxAgeMs === 0 || isRehearsing()) return read();
    this.listen();
    if (!this.isCaughtUp) await this.catchUp(this.database.transactionsEnded);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const kept = this.values.get(`page ${key}`)?.answer;
      if (kept) return kept;
      const load = this.loads.get(key) ?? this.load(key, read);
      const answer = await load.result;
      // Who came after the change must not be answered from before it.
      if (!isOutdated(load, answer)) return answer;
    }
    return read();
  }

  /**
   * Reads a list with the rows that are kept; after a change of this process with none, until all of it has been heard.
   *
   * @param read takes the rows of its view, and keeps those that it has read
   */
  async withRows<T>(read: (rows: ListRows) => Promise<T>): Promise<T> {
    if (this.maxAgeMs === 0 || isRehearsing()) return read(NO_ROWS);
    this.listen();
    const reading: Reading = { changed: new Set(), cleared: false };
    this.readings.add(reading);
    try {
      return await read(this.rowsFor(reading));
    } finally {
      this.readings.delete(reading);
    }
  }

  private rowsFor(reading: Reading): ListRows {
    const start = performance.now();
    const { isCaughtUp, values } = this;
    if (!isCaughtUp) void this.catchUp(this.database.transactionsEnded);
    const keyOf = ({ languages, currency }: RowView, productId: string): string => `row ${languages.join(',')} ${currency ?? ''} ${productId}`;
    return {
      kept: (view, productId) => (isCaughtUp ? values.get(keyOf(view, productId))?.row : undefined),
      keep: (view, productId, row) => {
        if (reading.cleared || reading.changed.has(productId)) return;
        values.set(keyOf(view, productId), { productId, value: { row }, bytes: 2 * row.length }, start);
      },
    };
  }

  private get isCaughtUp(): boolean {
    return this.caughtUpWith >= this.database.transactionsEnded;
  }

  private load(key: string, read: () => Promise<ProductAnswer | null>): Load {
    const start = performance.now();
    const loading = async (): Promise<ProductAnswer | null> => {
      try {
        const answer = await read();
        if (answer && !isOutdated(load, answer)) this.keep(key, answer, start);
        return answer;
      } finally {
        this.loads.delete(key);
      }
    };
    const changed = new Set<string>();
    // The read begins a turn later, when all who ask at once can find it.
    const load: Load = { result: Promise.resolve().then(loading), changed, cleared: false };
    this.loads.set(key, load);
    return load;
  }

  private keep(key: string, answer: ProductAnswer, start: number): void {
    const { productId, json, mayKeep } = answer;
    if (mayKeep) this.values.set(`page ${key}`, { productId, value: { answer }, bytes: json.bytes.length }, start);
  }

  private listen(): void {
    if (this.listening) return;
    this.listening = true;
    this.notifications.listen(PRODUCTS_CHANNEL, (productId) => {
      if (productId === '') this.clear();
      else this.drop(productId);
    });
  }

  private drop(productId: string): void {
    this.values.drop(productId);
    for (const reading of this.underWay()) reading.changed.add(productId);
  }

  private clear(): void {
    this.values.clear();
    for (const reading of this.underWay()) reading.cleared = true;
  }

  private underWay(): Reading[] {
    return [...this.loads.values(), ...this.readings];
  }

  /** Hears what the ended transactions of this process told, so that its clients read what they wrote. */
  private async catchUp(ended: number): Promise<void> {
    while (this.caughtUpWith < ended) {
      this.catchingUp ??= this.catchUpOnce().finally(() => { this.catchingUp = undefined; });
      await this.catchingUp;
    }
  }

  private async catchUpOnce(): Promise<void> {
    const ended = this.database.transactionsEnded;
    if (!(await this.notifications.catchUp())) this.clear();
    this.caughtUpWith = ended;
  }
}

/** Whether a product was changed while it was read; of one that was not found, any may be it. */
function isOutdated({ changed, cleared }: Reading, answer: ProductAnswer | null): boolean {
  if (cleared) return true;
  return answer ? changed.has(answer.productId) : changed.size > 0;
}
