import { rm } from 'node:fs/promises';

/** Stops what the run has started and leaves nothing behind. */
export default async function globalTeardown() {
  const { postgres, redis, directory } = globalThis.orderlyTestServers;
  await Promise.all([postgres.stop(), redis.stop()]);
  await rm(directory, { recursive: true, force: true });
}
