import { z } from 'zod';
import { pageQueryShape, pageSchema } from '../../common/pagination/page.schema.js';
import { IdSchema, line, TimestampSchema } from '../../common/text/text.schema.js';
import { OperationStateSchema, LongOperationSchema } from '../../infrastructure/operations/operation.schema.js';

const JobStateSchema = z.enum(['pending', 'done', 'failed', 'cancelled']);

/** The name of a queue in a path. */
export const QueueNameSchema = line(100);

/** A queue with what it has to do. */
export const QueueSchema = z
  .strictObject({
    name: z.string(),
    paused: z.boolean(),
    pausedAt: TimestampSchema.nullable(),
    pending: z.int().meta({ description: 'Jobs that wait or run, counted to 10,000 at most.' }),
    failed: z.int().meta({ description: 'Dead letters, counted to 10,000 at most.' }),
    oldestPendingAt: TimestampSchema.nullable(),
    redis: z
      .strictObject({ waiting: z.int(), active: z.int(), delayed: z.int(), completed: z.int() })
      .nullable()
      .meta({ description: "Jobs in Redis by Bull's states; `null` while Redis is away." }),
    concurrency: z.int().meta({ description: 'Jobs that one worker runs at once.' }),
    attempts: z.int().meta({ description: 'Runs of a job at most.' }),
    backoffMs: z.int().meta({ description: 'Milliseconds before the second run; doubled for each further one.' }),
    timeoutMs: z.int().meta({ description: 'Milliseconds that one run may take.' }),
  })
  .meta({ id: 'Queue' });

/** Every queue. */
export const QueueListSchema = z.strictObject({ data: z.array(QueueSchema) }).meta({ id: 'QueueList' });

/** What a change of many jobs did. */
export const JobsChangedSchema = z
  .strictObject({ queue: QueueSchema, changed: z.int().meta({ description: 'Jobs that were changed, 1,000 a call at most.' }) })
  .meta({ id: 'JobsChanged' });

/** A job. */
export const JobSchema = z
  .strictObject({
    id: IdSchema,
    queue: z.string(),
    state: JobStateSchema,
    payload: z.record(z.string(), z.unknown()).meta({ examples: [{ eventId: '01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f' }] }),
    eventId: IdSchema.nullable().meta({ description: 'The event that it delivers.' }),
    priority: z.int(),
    progress: z.int().meta({ description: 'Percent.' }),
    attempts: z.int().meta({ description: 'Runs that have failed.' }),
    failure: z
      .strictObject({ type: z.string(), message: z.string(), stack: z.string() })
      .nullable()
      .meta({ description: 'Why the last run failed.' }),
    actor: z.string(),
    requestId: z.string().nullable(),
    traceParent: z.string().nullable().meta({ description: 'The trace that it belongs to (W3C Trace Context).' }),
    allowedActions: z.array(z.enum(['retry', 'remove'])),
    runAt: TimestampSchema,
    createdAt: TimestampSchema,
    settledAt: TimestampSchema.nullable(),
  })
  .meta({ id: 'Job' });

/** A page of jobs. */
export const JobPageSchema = pageSchema(JobSchema, 'JobPage');
/** A page of operations. */
export const OperationPageSchema = pageSchema(LongOperationSchema, 'LongOperationPage');

/** Query of the list of jobs. */
export const ListJobsSchema = z.strictObject({
  ...pageQueryShape,
  queue: QueueNameSchema.optional(),
  state: JobStateSchema.optional().meta({ description: '`failed` are the dead letters.' }),
});

/** Query of the list of operations. */
export const ListOperationsSchema = z.strictObject({
  ...pageQueryShape,
  kind: line(100).optional(),
  state: OperationStateSchema.optional(),
});

/** When a task runs and ran. */
export const TaskSchema = z
  .strictObject({
    name: z.string(),
    cron: z.string().meta({ description: 'Cron expression in UTC.', examples: ['20 2 * * *'] }),
    lastDueAt: TimestampSchema.nullable(),
    nextDueAt: TimestampSchema,
  })
  .meta({ id: 'ScheduledTask' });

/** Every scheduled task. */
export const TaskListSchema = z.strictObject({ data: z.array(TaskSchema) }).meta({ id: 'ScheduledTaskList' });

export type Queue = z.infer<typeof QueueSchema>;
export type QueueList = z.infer<typeof QueueListSchema>;
export type JobsChanged = z.infer<typeof JobsChangedSchema>;
export type Job = z.infer<typeof JobSchema>;
export type ListJobs = z.output<typeof ListJobsSchema>;
export type ListOperations = z.output<typeof ListOperationsSchema>;
export type TaskList = z.infer<typeof TaskListSchema>;
