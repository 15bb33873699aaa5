import { Inject, Injectable } from '@nestjs/common';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Job } from 'bull';
import { Config } from '../../../config/config.js';
import { Clock } from '../clock/clock.js';
import { runInContext } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { LOG, type Log } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { contextOf } from '../tracing/trace-parent.js';
import { Batcher } from './batcher.js';
import { toFailure, type StoredJob } from './job.js';
import type { JobProcessor } from './job-processor.js';
import { JobsRepository } from './jobs.repository.js';
import { backoffOf, JobDataSchema } from './queue-registry.js';

/** Runs jobs so that each has its effect once, however often Bull runs it. */
@Injectable()
export class JobRunner {
  private readonly found = new Batcher<string, StoredJob | undefined>(async (ids) => {
    const jobs = await this.jobs.findPending(ids);
    return ids.map((id) => jobs.get(id));
  });

  private readonly completed = new Batcher<string, void>(async (ids) => {
    await this.database.transaction((tx) => this.jobs.complete(tx, ids, this.clock.now()));
    return ids.map(() => undefined);
  });

  constructor(
    private readonly jobs: JobsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Runs a job; does nothing when it is done already.
   *
   * @throws whatever the processor throws, so that Bull runs the job again; after the
   * last attempt the job is kept as failed in PostgreSQL
   */
  async run(processor: JobProcessor, bullJob: Job): Promise<void> {
    const { jobId } = JobDataSchema.parse(bullJob.data);
    const job = await this.found.get(jobId);
    if (!job) return;
    await runInContext({ requestId: job.requestId ?? job.id, actor: 'system' }, () =>
      trace.getTracer('orderly').startActiveSpan(
        `job ${job.queue}`,
        { kind: SpanKind.CONSUMER, attributes: { 'orderly.job.id': job.id, 'orderly.queue': job.queue } },
        contextOf(job.traceParent),
        async (span) => {
          const begun = performance.now();
          try {
            await this.attempt(processor, job, bullJob);
            const durationMs = performance.now() - begun;
            this.metrics.observeJob(job.queue, 'done', durationMs);
            this.log.info({ queue: job.queue, jobId: job.id, durationMs: Math.round(durationMs * 10) / 10 }, 'job');
          } catch (error) {
            span.setStatus({ code: SpanStatusCode.ERROR });
            this.metrics.observeJob(job.queue, 'failed', performance.now() - begun);
            throw error;
          } finally {
            span.end();
          }
        },
      ),
    );
  }

  private async attempt(processor: JobProcessor, job: StoredJob, bullJob: Job): Promise<void> {
    try {
      const payload: unknown = processor.queue.payload.parse(job.payload);
      const valid = { ...job, payload };
      await processor.work(valid, (percent) => this.report(job.id, bullJob, percent));
      if (processor.writes) await this.finish(processor, valid);
      else await this.completed.get(job.id);
    } catch (error) {
      await this.recordFailure(processor, job, bullJob, error);
      throw error;
    }
  }

  private finish(processor: JobProcessor, job: StoredJob): Promise<void> {
    return this.database.transaction(async (tx) => {
      if (!(await this.jobs.lockPending(tx, job.id))) return;
      await processor.finish(tx, job);
      await this.jobs.complete(tx, [job.id], this.clock.now());
    });
  }

  private async recordFailure(processor: JobProcessor, job: StoredJob, bullJob: Job, error: unknown): Promise<void> {
    const { queue } = processor;
    const last = job.attempts + 1 >= queue.attempts;
    this.log.error({ err: error, queue: queue.name, jobId: job.id, last }, 'a job failed');
    const now = this.clock.now();
    const waitMs = backoffOf(queue, bullJob.attemptsMade + 1) + this.config.outbox.redeliverAfterMs;
    await this.database.transaction(async (tx) => {
      if (!(await this.jobs.lockPending(tx, job.id))) return;
      if (last) await processor.giveUp(tx, job);
      const checkAgainAt = last ? null : new Date(now.getTime() + waitMs);
      await this.jobs.fail(tx, job.id, { failure: toFailure(error), checkAgainAt, now });
    });
    // After a wiped Redis, Bull has counted fewer runs than there were.
    if (last) await bullJob.discard();
  }

  private async report(jobId: string, bullJob: Job, percent: number): Promise<void> {
    await bullJob.progress(percent);
    await this.database.transaction((tx) => this.jobs.report(tx, jobId, Math.max(0, Math.min(100, Math.floor(percent)))));
  }
}
