import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startPostgres } from '../../bin/support/postgres.mjs';
import { startRedis } from '../../bin/support/redis.mjs';

/** A Redis of one test file, which it may wipe, stop and start. */
export interface OwnRedis {
  readonly url: string;
  /** Forgets everything, as a wiped Redis does. */
  flush(): Promise<void>;
  /** Stops the server. */
  stop(): Promise<void>;
  /** Starts it again on the same port, with what it had. */
  restart(): Promise<void>;
  /** Stops it for good and leaves nothing behind. */
  close(): Promise<void>;
}

/** Starts a Redis of its own. */
export async function startOwnRedis(): Promise<OwnRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'orderly-redis-'));
  const options = { dataDir: join(directory, 'data'), appendOnly: true, logFile: join(directory, 'redis.log') };
  let server = await startRedis(options);
  const { url, port } = server;
  return {
    url,
    flush: async () => {
      const client = new Redis(url);
      await client.flushall();
      client.disconnect();
    },
    stop: () => server.stop(),
    restart: async () => {
      server = await startRedis({ ...options, port });
    },
    close: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A PostgreSQL of one test file, which it may restart. */
export interface OwnPostgres {
  /** An empty database. */
  readonly url: string;
  /** Stops the server, ending every session, and starts it again on the same port with what it had. */
  restart(): Promise<void>;
  /** Stops it for good and leaves nothing behind. */
  close(): Promise<void>;
}

/** Starts a PostgreSQL of its own. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'orderly-postgres-'));
  // PostgreSQL refuses to run as root: the account that it gets then must reach its folder.
  await chmod(directory, 0o711);
  const options = {
    dataDir: join(directory, 'data'),
    logFile: join(directory, 'postgres.log'),
    settings: { fsync: 'off' },
  };
  let server = await startPostgres(options);
  const { url, port } = server;
  return {
    url,
    restart: async () => {
      await server.stop();
      server = await startPostgres({ ...options, port });
    },
    close: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
