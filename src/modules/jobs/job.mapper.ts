import type { JobRecord } from '../../infrastructure/queues/job-control.repository.js';
import type { Job } from './job.schema.js';

/** The record of a job as the resource. */
export function toJob(row: JobRecord): Job {
  return {
    id: row.id,
    queue: row.queue,
    state: row.state,
    payload: row.payload,
    eventId: row.eventId,
    priority: row.priority,
    progress: row.progress,
    attempts: row.attempts,
    failure: row.failure,
    actor: row.actor,
    requestId: row.requestId,
    traceParent: row.traceParent,
    allowedActions: row.state === 'pending' || row.state === 'failed' ? ['retry', 'remove'] : [],
    runAt: row.runAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
  };
}
