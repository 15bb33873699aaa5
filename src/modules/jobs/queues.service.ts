import { Injectable } from '@nestjs/common';
import { problem } from '../../common/problems/problem.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { JobControlRepository, type QueueRecord } from '../../infrastructure/queues/job-control.repository.js';
import { JobsRepository } from '../../infrastructure/queues/jobs.repository.js';
import type { QueueDefinition } from '../../infrastructure/queues/queue-registry.js';
import { QueueViews } from '../../infrastructure/queues/queue-views.js';
import type { JobsChanged, Queue, QueueList } from './job.schema.js';

/** The queues, for staff; PostgreSQL answers and Redis adds what it knows. */
@Injectable()
export class QueuesService {
  constructor(
    private readonly control: JobControlRepository,
    private readonly jobs: JobsRepository,
    private readonly views: QueueViews,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Every queue. */
  async list(): Promise<QueueList> {
    const { definitions } = this.views;
    const records = await this.control.queues(definitions.map(({ name }) => name));
    const counts = await Promise.all(definitions.map((definition) => this.redisCounts(definition)));
    return { data: definitions.map((definition, index) => toQueue(definition, records[index], counts[index] ?? null)) };
  }

  /**
   * A queue.
   *
   * @throws Problem `not_found` (404)
   */
  async get(name: string): Promise<Queue> {
    const definition = this.define(name);
    const [record] = await this.control.queues([name]);
    return toQueue(definition, record, await this.redisCounts(definition));
  }

  /**
   * Pauses a queue: its jobs wait, those that run come to their end.
   *
   * @throws Problem `not_found` (404)
   */
  pause(actor: string, name: string): Promise<Queue> {
    return this.change(name, (tx, now) => this.control.pause(tx, name, actor, now));
  }

  /**
   * Lets a paused queue go on.
   *
   * @throws Problem `not_found` (404)
   */
  resume(name: string): Promise<Queue> {
    return this.change(name, (tx) => this.control.resume(tx, name));
  }

  /**
   * Ends the jobs that wait without doing them, 1,000 at most.
   *
   * @throws Problem `not_found` (404)
   */
  drain(name: string): Promise<JobsChanged> {
    return this.changeJobs(name, (tx, now) => this.control.drain(tx, name, now));
  }

  /**
   * Lets dead letters run again, 1,000 at most.
   *
   * @throws Problem `not_found` (404)
   */
  redrive(name: string): Promise<JobsChanged> {
    return this.changeJobs(name, (tx, now) => this.control.redrive(tx, name, now));
  }

  private change(name: string, work: (tx: Transaction, now: Date) => Promise<void>): Promise<Queue> {
    const definition = this.define(name);
    return this.database.transaction(async (tx) => {
      await work(tx, this.clock.now());
      return this.answer(tx, definition);
    });
  }

  private changeJobs(name: string, work: (tx: Transaction, now: Date) => Promise<number>): Promise<JobsChanged> {
    const definition = this.define(name);
    return this.database.transaction(async (tx) => {
      const changed = await work(tx, this.clock.now());
      return { queue: await this.answer(tx, definition), changed };
    });
  }

  private async answer(tx: Transaction, definition: QueueDefinition): Promise<Queue> {
    await this.jobs.wake(tx);
    const [record] = await this.control.queuesIn(tx, [definition.name]);
    return toQueue(definition, record, null);
  }

  /** @throws Problem `not_found` (404) */
  private define(name: string): QueueDefinition {
    const definition = this.views.definitions.find((shown) => shown.name === name);
    if (!definition) throw problem('not_found');
    return definition;
  }

  private async redisCounts(definition: QueueDefinition): Promise<Queue['redis']> {
    const counts = await this.views.counts(definition);
    if (!counts) return null;
    const { waiting, active, delayed, completed } = counts;
    return { waiting, active, delayed, completed };
  }
}

function toQueue(definition: QueueDefinition, record: QueueRecord | undefined, redis: Queue['redis']): Queue {
  const { name, concurrency, attempts, backoffMs, timeoutMs } = definition;
  return {
    name,
    paused: Boolean(record?.pausedAt),
    pausedAt: record?.pausedAt?.toISOString() ?? null,
    pending: record?.pending ?? 0,
    failed: record?.failed ?? 0,
    oldestPendingAt: record?.oldestPendingAt?.toISOString() ?? null,
    redis,
    concurrency,
    attempts,
    backoffMs,
    timeoutMs,
  };
}
