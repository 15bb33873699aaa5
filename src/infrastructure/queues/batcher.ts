/**
 * Gathers what is asked for while an answer is under way, so that many askers
 * make one statement; a single one does not wait.
 */
export class Batcher<K, V> {
  private waiting: { key: K; resolve: (value: V) => void; reject: (error: unknown) => void }[] = [];
  private running = false;

  /** @param run answers one value for each key, in their order */
  constructor(private readonly run: (keys: readonly K[]) => Promise<readonly V[]>) {}

  /** Answers the value of a key, with those of the other keys that are asked for at this time. */
  get(key: K): Promise<V> {
    return new Promise<V>((resolve, reject) => {
      this.waiting.push({ key, resolve, reject });
      if (this.running) return;
      this.running = true;
      setImmediate(() => void this.drain());
    });
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        const values = await this.run(batch.map(({ key }) => key));
        batch.forEach(({ resolve }, index) => { resolve(values[index] as V); });
      } catch (error) {
        batch.forEach(({ reject }) => { reject(error); });
      }
    }
    this.running = false;
  }
}
