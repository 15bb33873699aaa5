import type { ScheduleEntry } from './infrastructure/tasks/scheduled-task.js';

/** Every task that runs by the clock, in UTC; of many workers one runs it, and each run is kept as a job. */
export const TASK_SCHEDULE: readonly ScheduleEntry[] = [
  { task: 'publish-products', cron: '* * * * *' },
  { task: 'count-search-words', cron: '* * * * *' },
  { task: 'keep-best-products', cron: '* * * * *' },
  { task: 'recount-search-words', cron: '0 4 * * *' },
  { task: 'sweep-idempotency-keys', cron: '*/10 * * * *' },
  { task: 'sweep-jobs', cron: '20 2 * * *' },
  { task: 'sweep-events', cron: '40 2 * * *' },
  { task: 'sweep-webhook-deliveries', cron: '50 2 * * *' },
  { task: 'sweep-search-log', cron: '10 3 * * *' },
  { task: 'sweep-image-uploads', cron: '15 * * * *' },
  { task: 'sweep-import-uploads', cron: '25 * * * *' },
  { task: 'check-invariants', cron: '0 3 * * *' },
];
