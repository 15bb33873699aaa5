import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `look` answers something, asking again and again.
 *
 * @param what what is waited for, named when it does not come
 * @param timeoutMs milliseconds
 */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
  timeoutMs = 60_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`Waited ${String(timeoutMs)} ms in vain for ${what}.`);
    await delay(20);
  }
}
