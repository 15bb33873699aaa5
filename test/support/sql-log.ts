import { subscribe, unsubscribe } from 'node:diagnostics_channel';

const CHANNEL = 'orderly:sql';

/** The statements that the application sends to PostgreSQL while `work` runs, white space folded. */
export async function logStatements(work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const listen = (sql: unknown): void => {
    statements.push(String(sql).replace(/\s+/g, ' ').trim());
  };
  subscribe(CHANNEL, listen);
  try {
    await work();
  } finally {
    unsubscribe(CHANNEL, listen);
  }
  return statements;
}
