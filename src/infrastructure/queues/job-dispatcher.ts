import { Inject, Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { Config } from '../../../config/config.js';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { Notifications } from '../database/notifications.js';
import { LOG, type Log } from '../logging/logger.js';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { DISPATCH_BATCH, JOBS_CHANNEL, JobsRepository, type DueJob } from './jobs.repository.js';
import { findQueue, queueDefinitions } from './queue-registry.js';
import { Queues } from './queues.js';

const ADD_TIMEOUT_MS = 5_000;

/**
 * Puts due jobs on their queues, and again those that Redis has lost. Woken by
 * PostgreSQL, and by a clock where that fails; any number may run at once.
 */
@Injectable()
export class JobDispatcher extends PeriodicTask {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly database: Database,
    private readonly queues: Queues,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
    private readonly config: Config,
    @Inject(LOG) log: Log,
  ) {
    super(config.outbox.pollMs, log);
  }

  /** Begins to dispatch. */
  override onApplicationBootstrap(): void {
    this.notifications.listen(JOBS_CHANNEL, () => { this.wake(); });
    super.onApplicationBootstrap();
  }

  /** Queues the jobs that are due; true when there may be more. */
  override async work(): Promise<boolean> {
    const now = this.clock.now();
    const checkAgainAt = new Date(now.getTime() + this.config.outbox.redeliverAfterMs);
    const due = await this.database.transaction((tx) => this.jobs.takeDue(tx, now, checkAgainAt));
    const byQueue = new Map<string, DueJob[]>();
    for (const job of due) byQueue.set(job.queue, [...(byQueue.get(job.queue) ?? []), job]);
    await Promise.all([...byQueue].map(([name, jobs]) => this.enqueue(name, jobs)));
    await this.keepPauses();
    return due.length === DISPATCH_BATCH;
  }

  /** What could not be queued is due again after `redeliverAfterMs`. */
  private async enqueue(name: string, jobs: readonly DueJob[]): Promise<void> {
    const definition = findQueue(name);
    if (!definition) return;
    const queue = this.queues.get(definition);
    try {
      await inTime(this.add(queue, jobs));
    } catch (error) {
      this.log.warn({ err: error, queue: name, jobs: jobs.length }, 'jobs were not queued');
    }
  }

  private async add(queue: Queue, jobs: readonly DueJob[]): Promise<void> {
    for (const { id, again } of jobs) if (again) await removeOrphan(queue, id);
    await queue.addBulk(
      jobs.map(({ id, payload, priority }) => ({ data: { jobId: id, payload }, opts: { jobId: id, priority } })),
    );
  }

  /** A pause is kept in PostgreSQL; a Redis that was wiped has forgotten it. */
  private async keepPauses(): Promise<void> {
    const paused = new Set(await this.jobs.listPaused());
    for (const definition of queueDefinitions()) {
      const queue = this.queues.get(definition);
      if (queue.client.status !== 'ready') return;
      const isPaused = await inTime(queue.isPaused());
      if (isPaused === paused.has(definition.name)) continue;
      await inTime(isPaused ? queue.resume() : queue.pause());
    }
  }
}

/** A Redis that was wiped between the two steps by which Bull takes a job holds its data and has it in no list. */
async function removeOrphan(queue: Queue, id: string): Promise<void> {
  const job = await queue.getJob(id);
  if (job && (await job.getState()) === 'stuck') await job.remove();
}

/** @throws Error when Redis does not answer in 5 s */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => { reject(new Error('Redis did not answer in time.')); }, ADD_TIMEOUT_MS);
  });
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
