import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Config } from '../../../config/config.js';
import { LOG, type Log } from '../logging/logger.js';

const TIMEOUT_MS = 500;

/** A connection to Redis that never makes a request wait: it answers or fails within half a second. */
@Injectable()
export class RedisConnection implements OnApplicationBootstrap, OnApplicationShutdown {
  /** The connection itself, for libraries; it fails at once while Redis is away. */
  readonly client: Redis;
  private readonly keyPrefix: string;
  private reported = false;

  constructor(config: Config, @Inject(LOG) log: Log) {
    this.keyPrefix = config.redis.keyPrefix;
    this.client = new Redis(config.redis.url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      connectTimeout: TIMEOUT_MS,
      disconnectTimeout: TIMEOUT_MS,
      commandTimeout: TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(attempt * 200, 2_000),
    });
    this.client.on('error', (error) => {
      if (!this.reported) log.warn({ err: error }, 'Redis is away');
      this.reported = true;
    });
    this.client.on('ready', () => {
      this.reported = false;
    });
  }

  /** Whether Redis answers. */
  async isUp(): Promise<boolean> {
    try {
      if (this.client.status === 'wait') await this.client.connect();
      await this.client.ping();
      return true;
    } catch {
      return false;
    }
  }

  /** Waits half a second for the connection at most: a process starts without Redis as well. */
  async onApplicationBootstrap(): Promise<void> {
    await this.isUp();
  }

  /** Tells the listeners of a channel of this shop; lost when Redis is away. */
  publish(channel: string, message: string): void {
    this.client.publish(`${this.keyPrefix}:${channel}`, message).catch(() => undefined);
  }

  /** Closes the connection. */
  onApplicationShutdown(): void {
    this.client.disconnect();
  }
}
