import { BullAdapter } from '@bull-board/api/bullAdapter';
import type { Job, Queue } from 'bull';
import { Problem } from '../../../common/problems/problem.js';
import { currentContext } from '../../../infrastructure/context/request-context.js';
import type { JobsService } from '../jobs.service.js';
import type { QueuesService } from '../queues.service.js';

/** Who changes what stands in PostgreSQL, on behalf of the board. */
export interface BoardServices {
  readonly queues: QueuesService;
  readonly jobs: JobsService;
}

/**
 * A queue on the board. What the board changes is changed in PostgreSQL, as by the
 * REST API: Redis follows, and what it forgets is not undone.
 */
export class BoardQueue extends BullAdapter {
  constructor(
    private readonly bull: Queue,
    private readonly services: BoardServices,
  ) {
    super(bull, { allowRetries: true });
  }

  /** Pauses the queue. */
  override async pause(): Promise<void> {
    await this.services.queues.pause(currentContext()?.actor ?? 'system', this.bull.name);
    await super.pause();
  }

  /** Lets the queue go on. */
  override async resume(): Promise<void> {
    await this.services.queues.resume(this.bull.name);
    await super.resume();
  }

  /** Ends the jobs that wait without doing them. */
  override async empty(): Promise<void> {
    await this.services.queues.drain(this.bull.name);
    await super.empty();
  }

  /** A job whose removal is kept. */
  override async getJob(id: string): Promise<Job | undefined | null> {
    const job = await super.getJob(id);
    if (!job) return job;
    const removeFromRedis = job.remove.bind(job);
    job.remove = async () => {
      await this.services.jobs.remove(id).catch(ignoreProblem);
      await removeFromRedis();
    };
    return job;
  }

  /** @throws Error always: jobs come from the work that needs them */
  override addJob(): Promise<Job> {
    return Promise.reject(new Error('Jobs are made by the work that needs them, not by hand.'));
  }
}

/** A job that is done or unknown has nothing to be cancelled. */
function ignoreProblem(error: unknown): void {
  if (!(error instanceof Problem)) throw error;
}
