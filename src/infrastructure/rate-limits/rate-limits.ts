import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { Config } from '../../../config/config.js';
import { RedisConnection } from '../redis/redis.js';
import { RATE_CLASSES } from './rate-class.js';

/** Seconds of the window that a limit counts in. */
export const WINDOW_SECONDS = 60;
const FLUSH_MS = 200;
const MAX_COUNTED_CALLERS = 100_000;

/** What is left of a limit. */
export interface Allowance {
  readonly limit: number;
  /** Calls that are left; negative when the call is over the limit. */
  readonly left: number;
  /** Seconds until the window ends, at least 1. */
  readonly resetSeconds: number;
}

type LimitedClass = (typeof RATE_CLASSES)[number];

/** What a process has counted of a caller's reads. */
interface ReadCount {
  /** As Redis last said, for all processes. */
  known: number;
  /** Counted here and not told to Redis yet. */
  pending: number;
  /** Milliseconds of the process's clock at which the window ends. */
  endsAt: number;
}

/**
 * Counts the calls of each caller in Redis, so that all processes agree. While Redis
 * is away each process counts by itself: the limits hold for one process then.
 *
 * Reads are many: each process adds them up and tells Redis five times a second.
 */
@Injectable()
export class RateLimits implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly limiters: Readonly<Record<LimitedClass, RateLimiterAbstract>>;
  private readonly reads = new Map<string, ReadCount>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: Config,
    redis: RedisConnection,
  ) {
    const make = (name: LimitedClass): RateLimiterAbstract => {
      const points = config.rateLimits[name];
      const options = { keyPrefix: `${config.redis.keyPrefix}:rate:${name}`, points, duration: WINDOW_SECONDS };
      return new RateLimiterRedis({
        ...options,
        storeClient: redis.client,
        rejectIfRedisNotReady: true,
        insuranceLimiter: new RateLimiterMemory(options),
      });
    };
    this.limiters = Object.fromEntries(RATE_CLASSES.map((name) => [name, make(name)])) as typeof this.limiters;
  }

  /** Begins to tell Redis of reads. */
  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_MS);
    this.timer.unref();
  }

  /** Tells Redis of no more reads. */
  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Counts a call of a caller and says what is left; of reads at once. */
  count(name: LimitedClass, caller: string): Allowance | Promise<Allowance> {
    return name === 'read' ? this.countRead(caller) : this.ask(name, caller);
  }

  private async ask(name: LimitedClass, caller: string): Promise<Allowance> {
    const limit = this.config.rateLimits[name];
    try {
      return toAllowance(limit, await this.limiters[name].consume(caller));
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return toAllowance(limit, refused);
      throw refused;
    }
  }

  private countRead(caller: string): Allowance {
    const limit = this.config.rateLimits.read;
    const now = performance.now();
    let count = this.reads.get(caller);
    if (!count || count.endsAt <= now) {
      if (this.reads.size >= MAX_COUNTED_CALLERS) this.reads.clear();
      count = { known: 0, pending: count?.pending ?? 0, endsAt: now + WINDOW_SECONDS * 1_000 };
      this.reads.set(caller, count);
    }
    count.pending += 1;
    const resetSeconds = Math.max(1, Math.ceil((count.endsAt - now) / 1_000));
    return { limit, left: limit - count.known - count.pending, resetSeconds };
  }

  private async flush(): Promise<void> {
    const now = performance.now();
    const changed = [...this.reads].filter(([, { pending }]) => pending > 0);
    for (const [caller, { pending, endsAt }] of this.reads) if (pending === 0 && endsAt <= now) this.reads.delete(caller);
    await Promise.all(
      changed.map(async ([caller, count]) => {
        const told = count.pending;
        count.pending = 0;
        const answer = await this.limiters.read.penalty(caller, told).catch(() => null);
        if (!answer) return;
        count.known = answer.consumedPoints;
        count.endsAt = performance.now() + answer.msBeforeNext;
      }),
    );
  }
}

function toAllowance(limit: number, { consumedPoints, msBeforeNext }: RateLimiterRes): Allowance {
  return { limit, left: limit - consumedPoints, resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)) };
}
