import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';

/** When each task was due last. */
@Injectable()
export class TaskSchedulesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Claims a due time of a task; true for one worker of all that ask. The first time
   * that a task is seen counts as its beginning, not as a run.
   */
  async claim(tx: Transaction, task: string, dueAt: Date): Promise<boolean> {
    const rows = await tx.query<{ first: boolean }>(
      `INSERT INTO task_schedules AS s (task, last_due_at) VALUES ($1, $2)
       ON CONFLICT (task) DO UPDATE SET last_due_at = EXCLUDED.last_due_at WHERE s.last_due_at < EXCLUDED.last_due_at
       RETURNING xmax = 0 AS first`,
      [task, dueAt],
    );
    return rows[0]?.first === false;
  }

  /** When each task was due last, by name. */
  async list(): Promise<Map<string, Date>> {
    const rows = await this.database.query<{ task: string; lastDueAt: Date }>(
      'SELECT task, last_due_at AS "lastDueAt" FROM task_schedules',
    );
    return new Map(rows.map(({ task, lastDueAt }) => [task, lastDueAt]));
  }
}
