import { channel } from 'node:diagnostics_channel';
import type { Logger } from 'typeorm';

const statements = channel('orderly:sql');

/** Tells whoever listens on the diagnostics channel `orderly:sql` that a statement is sent. */
export function publishStatement(sql: string): void {
  if (statements.hasSubscribers) statements.publish(sql);
}

/** Sends TypeORM's own statements down the same channel; everything else of its log is silent. */
export class StatementLogger implements Logger {
  logQuery(query: string): void {
    publishStatement(query);
  }
  logQueryError(): void {
    return;
  }
  logQuerySlow(): void {
    return;
  }
  logSchemaBuild(): void {
    return;
  }
  logMigration(): void {
    return;
  }
  log(): void {
    return;
  }
}
