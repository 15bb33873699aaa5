import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Config } from '../../../config/config.js';

const RECONNECT_MS = 2_000;

/**
 * Hears what the processes of this shop tell each other, on a connection of its own
 * that is made for the first listener. What is told while Redis is away is lost:
 * a listener looks for itself as well.
 */
@Injectable()
export class RedisSubscriber implements OnApplicationShutdown {
  private readonly listeners = new Map<string, () => void>();
  private client: Redis | undefined;

  constructor(private readonly config: Config) {}

  /** Calls `hear` for each message on a channel of this shop; once for each channel. */
  listen(channel: string, hear: () => void): void {
    const name = `${this.config.redis.keyPrefix}:${channel}`;
    this.listeners.set(name, hear);
    this.client ??= this.connect();
    this.client.subscribe(name).catch(() => undefined);
  }

  /** Closes the connection. */
  onApplicationShutdown(): void {
    this.client?.disconnect();
  }

  private connect(): Redis {
    const client = new Redis(this.config.redis.url, {
      maxRetriesPerRequest: null,
      retryStrategy: (attempt) => Math.min(attempt * 200, RECONNECT_MS),
    });
    // The connection for commands reports that Redis is away.
    client.on('error', () => undefined);
    client.on('message', (channel: string) => this.listeners.get(channel)?.());
    return client;
  }
}
