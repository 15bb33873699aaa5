import { LRUCache } from 'lru-cache';

interface Kept<V> {
  readonly productId: string;
  readonly value: V;
  readonly bytes: number;
}

/** Rough bytes of an entry beside its value and key. */
const ENTRY_BYTES = 500;

/** Values that each say something of one product, kept within bounds of bytes and of age. */
export class KeptValues<V> {
  private readonly values: LRUCache<string, Kept<V>>;
  private readonly keysOf = new Map<string, Set<string>>();

  constructor({ maxBytes, maxAgeMs }: { maxBytes: number; maxAgeMs: number }) {
    this.values = new LRUCache({
      maxSize: maxBytes,
      // Lru-cache takes 0 for "for ever"; nothing is kept then.
      ttl: Math.max(1, maxAgeMs),
      sizeCalculation: ({ bytes }, key) => bytes + 2 * key.length + ENTRY_BYTES,
      dispose: ({ productId }, key) => { this.forgetKey(productId, key); },
    });
  }

  /** Bytes that they take. */
  get bytes(): number {
    return this.values.calculatedSize;
  }

  /** The value of a key, if it is kept. */
  get(key: string): V | undefined {
    return this.values.get(key)?.value;
  }

  /**
   * Keeps a value.
   *
   * @param start when its reading began, in the milliseconds of `performance.now()`: its age counts from then
   */
  set(key: string, kept: Kept<V>, start: number): void {
    this.values.set(key, kept, { start });
    if (!this.values.has(key)) return;
    const keys = this.keysOf.get(kept.productId) ?? new Set();
    this.keysOf.set(kept.productId, keys.add(key));
  }

  /** Forgets all that is said of a product. */
  drop(productId: string): void {
    for (const key of [...(this.keysOf.get(productId) ?? [])]) this.values.delete(key);
  }

  /** Forgets everything. */
  clear(): void {
    this.values.clear();
  }

  private forgetKey(productId: string, key: string): void {
    const keys = this.keysOf.get(productId);
    keys?.delete(key);
    if (keys?.size === 0) this.keysOf.delete(productId);
  }
}
