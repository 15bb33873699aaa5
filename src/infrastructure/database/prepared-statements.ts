import { LRUCache } from 'lru-cache';
import type { Pool, PoolClient, QueryResultRow } from 'pg';

/** What the driver knows of a connection's prepared statements: their texts by name. It never forgets one by itself. */
type Prepared = Record<string, string>;

/**
 * Runs reads as prepared statements, which PostgreSQL parses and plans once a connection. It keeps them until the
 * connection ends, a long one with more than a megabyte; so each connection keeps those that it used last.
 */
export class PreparedStatements {
  private readonly namesOf = new WeakMap<PoolClient, LRUCache<string, string>>();
  private named = 0;

  /** @param max statements that a connection keeps */
  constructor(
    private readonly pool: Pool,
    private readonly max: number,
  ) {}

  /** Runs one read on a connection of the pool; one on which it fails is not used again. */
  async query<R extends QueryResultRow>(sql: string, values: readonly unknown[]): Promise<R[]> {
    const client = await this.pool.connect();
    client.on('error', ignore);
    let failure: unknown;
    try {
      const { rows } = await client.query<R>({ name: await this.nameOn(client, sql), text: sql, values: [...values] });
      return rows;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      client.off('error', ignore);
      client.release(failure !== undefined);
    }
  }

  private async nameOn(client: PoolClient, sql: string): Promise<string> {
    const names = this.namesOf.get(client) ?? new LRUCache<string, string>({ max: this.max });
    this.namesOf.set(client, names);
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size === this.max) await this.letGo(client, names);
    this.named += 1;
    const name = `s${String(this.named)}`;
    names.set(sql, name);
    return name;
  }

  /** No name is given twice: the driver would take a new statement for the one that it has sent under that name. */
  private async letGo(client: PoolClient, names: LRUCache<string, string>): Promise<void> {
    const name = names.pop();
    if (name === undefined) return;
    await client.query(`DEALLOCATE ${name}`);
    const { parsedStatements } = (client as unknown as { connection: { parsedStatements: Prepared } }).connection;
    Reflect.deleteProperty(parsedStatements, name);
  }
}

/** What a connection tells beside is told by the query that it breaks. */
function ignore(): void {
  return;
}
