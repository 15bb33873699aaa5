import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Config } from '../../../../config/config.js';
import { Database, isRehearsing } from '../../../infrastructure/database/database.js';
import { Notifications } from '../../../infrastructure/database/notifications.js';
import type { JsonText } from '../../../infrastructure/http/json-text.js';

/** Channel on which PostgreSQL tells the id of each product that a transaction has changed. */
export const PRODUCTS_CHANNEL = 'orderly_products';

/** The answer of a product, and which it is of. */
export interface ProductAnswer {
  readonly productId: string;
  readonly json: JsonText;
  /** Whether it stays right until a change is told of. */
  readonly mayKeep: boolean;
}

/** A read that is under way, for all who ask meanwhile. */
interface Load {
  readonly result: Promise<ProductAnswer | null>;
  /** The products that were changed since it began. */
  readonly changed: Set<string>;
  cleared: boolean;
}

/** Rough bytes of an entry beside its text and key. */
const ENTRY_BYTES = 500;
const ATTEMPTS = 3;

/**
 * Keeps the answers of products, within bounds of bytes and of age.
 *
 * An answer is dropped when PostgreSQL tells of a change, wherever it was made. A change
 * of this process is seen by its next read; one of another process as soon as its notice
 * arrives. While none can arrive, the age is the bound. It counts from before the read.
 */
@Injectable()
export class ProductCache {
  private readonly answers: LRUCache<string, ProductAnswer>;
  private readonly keysOf = new Map<string, Set<string>>();
  private readonly loads = new Map<string, Load>();
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
    this.answers = new LRUCache({
      maxSize: maxBytes,
      // Lru-cache takes 0 for "for ever"; nothing is kept then.
      ttl: Math.max(1, maxAgeMs),
      sizeCalculation: ({ json }, key) => json.bytes.length + 2 * key.length + ENTRY_BYTES,
      dispose: ({ productId }, key) => { this.forgetKey(productId, key); },
    });
  }

  /** Bytes that the kept answers take. */
  get bytes(): number {
    return this.answers.calculatedSize;
  }

  /** The answer for a key if it is kept and all has been heard that this process changed. */
  kept(key: string): ProductAnswer | undefined {
    if (this.maxAgeMs === 0 || this.caughtUpWith < this.database.transactionsEnded || isRehearsing()) return undefined;
    return this.answers.get(key);
  }

  /**
   * The answer for a key, kept or read; many who ask at once share one read.
   *
   * @param read reads the answer, `null` when there is none, which is not kept
   */
  async get(key: string, read: () => Promise<ProductAnswer | null>): Promise<ProductAnswer | null> {
    if (this.maxAgeMs === 0 || isRehearsing()) return read();
    this.listen();
    if (this.caughtUpWith < this.database.transactionsEnded) await this.catchUp(this.database.transactionsEnded);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const kept = this.answers.get(key);
      if (kept) return kept;
      const load = this.loads.get(key) ?? this.load(key, read);
      const answer = await load.result;
      // Who came after the change must not be answered from before it.
      if (!isOutdated(load, answer)) return answer;
    }
    return read();
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
    if (!answer.mayKeep) return;
    this.answers.set(key, answer, { start });
    if (!this.answers.has(key)) return;
    const keys = this.keysOf.get(answer.productId) ?? new Set();
    this.keysOf.set(answer.productId, keys.add(key));
  }

  private forgetKey(productId: string, key: string): void {
    const keys = this.keysOf.get(productId);
    keys?.delete(key);
    if (keys?.size === 0) this.keysOf.delete(productId);
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
    for (const key of [...(this.keysOf.get(productId) ?? [])]) this.answers.delete(key);
    for (const load of this.loads.values()) load.changed.add(productId);
  }

  private clear(): void {
    this.answers.clear();
    for (const load of this.loads.values()) load.cleared = true;
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
function isOutdated({ changed, cleared }: Load, answer: ProductAnswer | null): boolean {
  if (cleared) return true;
  return answer ? changed.has(answer.productId) : changed.size > 0;
}
