import { v7 as uuidv7 } from 'uuid';
import type { TestApp } from '../app.js';

/** A job of a queue that failed for good, without the events that lead to it. */
export async function aFailedJob({ database }: TestApp, { queue = 'order-mails', state = 'failed' } = {}): Promise<string> {
  const id = uuidv7();
  await database.query(
    `INSERT INTO jobs (id, queue, payload, state, attempts, run_at, check_at, failure, actor, created_at, settled_at)
     VALUES ($1, $2, $3, $4, 3, now(), now() + interval '1 hour', $5, 'system', now(), now())`,
    [id, queue, { eventId: uuidv7() }, state, { type: 'Error', message: 'planted', stack: '' }],
  );
  return id;
}
