import { z } from 'zod';

const CheckSchema = z.enum(['up', 'down']);

/** That a process runs. */
export const LiveSchema = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Live' });

/** Whether a process can do its work: `degraded` can, but for what needs Redis. */
export const ReadySchema = z
  .strictObject({
    status: z.enum(['ok', 'degraded']),
    checks: z.strictObject({ database: CheckSchema, redis: CheckSchema }),
  })
  .meta({ id: 'Ready' });

export type Live = z.infer<typeof LiveSchema>;
export type Ready = z.infer<typeof ReadySchema>;
