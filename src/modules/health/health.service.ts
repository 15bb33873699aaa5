import { Inject, Injectable } from '@nestjs/common';
import { problem } from '../../common/problems/problem.js';
import { Database } from '../../infrastructure/database/database.js';
import { RedisConnection } from '../../infrastructure/redis/redis.js';
import type { Ready } from './health.schema.js';

/** Whether a process is of use without Redis: the API is, the worker is not. */
export const NEEDS_REDIS = Symbol('needs redis');

/** What a process can do just now. */
@Injectable()
export class HealthService {
  constructor(
    private readonly database: Database,
    private readonly redis: RedisConnection,
    @Inject(NEEDS_REDIS) private readonly needsRedis: boolean,
  ) {}

  /**
   * What the process can reach just now.
   *
   * @throws Problem `not_ready` (503) when the process cannot do its work
   */
  async ready(): Promise<Ready> {
    const [database, redis] = await Promise.all([this.databaseIsUp(), this.redis.isUp()]);
    const checks = { database: upOrDown(database), redis: upOrDown(redis) };
    if (!database || (this.needsRedis && !redis)) throw problem('not_ready', { checks });
    return { status: redis ? 'ok' : 'degraded', checks };
  }

  private async databaseIsUp(): Promise<boolean> {
    try {
      await this.database.query('SELECT 1');
      return true;
    } catch {
      return false;
    }
  }
}

function upOrDown(isUp: boolean): 'up' | 'down' {
  return isUp ? 'up' : 'down';
}
