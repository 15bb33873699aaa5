import { Injectable } from '@nestjs/common';
import type { Gauge } from 'prom-client';
import { Clock } from '../clock/clock.js';
import { EventLogRepository } from '../outbox/event-log.repository.js';
import { JobsRepository, type QueueDepth } from '../queues/jobs.repository.js';
import { queueDefinitions } from '../queues/queue-registry.js';
import { Metrics } from './metrics.js';

/** Milliseconds for which one reading serves all who ask. */
const FRESH_MS = 1_000;
/** Milliseconds that the page waits for PostgreSQL. */
const TIMEOUT_MS = 2_000;

interface Reading {
  readonly now: Date;
  readonly oldestEventAt: Date | null;
  readonly depths: ReadonlyMap<string, QueueDepth>;
}

/**
 * How far the work of a shop lags behind; for the worker alone. Read when the page is
 * read, and left out of it while PostgreSQL does not answer: an old number would say
 * that all is well.
 */
@Injectable()
export class WorkMetrics {
  private reading: Promise<Reading | null> | undefined;
  private readAt = 0;

  constructor(
    metrics: Metrics,
    private readonly events: EventLogRepository,
    private readonly jobs: JobsRepository,
    private readonly clock: Clock,
  ) {
    const add = (name: string, help: string, set: (gauge: Gauge, reading: Reading) => void, labelNames: string[] = []) =>
      metrics.addGauge(name, help, {
        labelNames,
        collect: async (gauge) => {
          const reading = await this.read();
          if (reading) set(gauge, reading);
          else clear(gauge, labelNames);
        },
      });
    add('orderly_event_lag_seconds', 'Age of the oldest event without a number in the log.', (gauge, reading) => {
      gauge.set(ageOf(reading.oldestEventAt, reading.now));
    });
    add('orderly_job_lag_seconds', 'Time since the oldest open job of all queues could have run.', (gauge, reading) => {
      gauge.set(Math.max(0, ...[...reading.depths.values()].map(({ oldestAt }) => ageOf(oldestAt, reading.now))));
    });
    add('orderly_queue_jobs', 'Open jobs of a queue; all queues are counted to 10,000 at most.', eachQueue((depth) => depth?.pending ?? 0), ['queue']);
    add(
      'orderly_queue_lag_seconds',
      'Time since the oldest open job of a queue could have run.',
      eachQueue((depth, now) => ageOf(depth?.oldestAt ?? null, now)),
      ['queue'],
    );
  }

  /** One reading for all gauges of a page, and for all pages of a second. */
  private read(): Promise<Reading | null> {
    const now = performance.now();
    if (!this.reading || now - this.readAt >= FRESH_MS) {
      this.readAt = now;
      this.reading = orNothing(this.query());
    }
    return this.reading;
  }

  private async query(): Promise<Reading> {
    const [oldestEventAt, depths] = await Promise.all([this.events.oldestUnnumberedAt(), this.jobs.depths()]);
    return { now: this.clock.now(), oldestEventAt, depths: new Map(depths.map((depth) => [depth.queue, depth])) };
  }
}

function eachQueue(valueOf: (depth: QueueDepth | undefined, now: Date) => number) {
  return (gauge: Gauge, { depths, now }: Reading): void => {
    for (const { name } of queueDefinitions()) gauge.set({ queue: name }, valueOf(depths.get(name), now));
  };
}

function clear(gauge: Gauge, labelNames: readonly string[]): void {
  if (labelNames.length === 0) gauge.remove();
  else gauge.reset();
}

/** Seconds; nothing for what is still to come. */
function ageOf(at: Date | null, now: Date): number {
  return at ? Math.max(0, (now.getTime() - at.getTime()) / 1_000) : 0;
}

/** What comes in time, or `null`; never fails. */
async function orNothing<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => { resolve(null); }, TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
