import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Client } from 'pg';
import { Config } from '../../../config/config.js';
import { LOG, type Log } from '../logging/logger.js';

const RECONNECT_MS = 1_000;
/** Milliseconds after which a connection that does not answer is given up. */
const CATCH_UP_MS = 1_000;

/** Hears what PostgreSQL tells (NOTIFY), on one connection of its own that is made again when it breaks. */
@Injectable()
export class Notifications implements BeforeApplicationShutdown {
  private readonly listeners = new Map<string, Set<(payload: string) => void>>();
  private client: Client | undefined;
  private connecting = false;
  private stopping = false;

  constructor(
    private readonly config: Config,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Calls `hear` for each notification on a channel, and once after each new
   * connection: what was told meanwhile is lost, so a listener looks for itself.
   */
  listen(channel: string, hear: (payload: string) => void): void {
    const known = this.listeners.get(channel) ?? new Set();
    known.add(hear);
    this.listeners.set(channel, known);
    if (this.client) void this.client.query(`LISTEN ${channel}`).then(() => { hear(''); }, () => undefined);
    else void this.connect();
  }

  /**
   * Waits until all has been heard that was told by transactions that have ended.
   *
   * @returns false where there is no connection: nobody knows what was told
   */
  async catchUp(): Promise<boolean> {
    const { client } = this;
    if (!client) return false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => {
        if (this.client === client) this.connectAgain(client);
        resolve(false);
      }, CATCH_UP_MS);
    });
    // PostgreSQL sends a session what it was told before it answers the session's next statement.
    const heard = client.query('SELECT 1').then(() => true, () => false);
    try {
      return await Promise.race([heard, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes the connection. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    if (this.stopping || this.connecting) return;
    this.connecting = true;
    const client = new Client({
      connectionString: this.config.database.url,
      application_name: 'orderly listener',
      keepAlive: true,
    });
    client.on('error', () => undefined);
    client.once('end', () => { this.connectAgain(client); });
    client.on('notification', ({ channel, payload = '' }) => {
      for (const hear of this.listeners.get(channel) ?? []) hear(payload);
    });
    try {
      await client.connect();
      for (const channel of this.listeners.keys()) await client.query(`LISTEN ${channel}`);
      // A process that ended meanwhile would wait for its connection for ever.
      if (this.hasEnded()) {
        this.connectAgain(client);
        return;
      }
      this.client = client;
      this.connecting = false;
      for (const known of this.listeners.values()) for (const hear of known) hear('');
    } catch (error) {
      this.log.warn({ err: error }, 'PostgreSQL cannot be listened to; polling goes on');
      this.connectAgain(client);
    }
  }

  private hasEnded(): boolean {
    return this.stopping;
  }

  private connectAgain(client: Client): void {
    client.removeAllListeners('end');
    void client.end().catch(() => undefined);
    this.client = undefined;
    this.connecting = false;
    if (!this.stopping) setTimeout(() => void this.connect(), RECONNECT_MS).unref();
  }
}
