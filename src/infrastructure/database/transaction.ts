import type { EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import type { PoolClient, QueryResultRow } from 'pg';
import { publishStatement } from './statements.js';

declare const brand: unique symbol;

/** Work that is written together with the commit, in the same round trip. */
export type BeforeCommit = (tx: Transaction) => Promise<unknown>;

/**
 * An open transaction. Only `Database` can make one, so a method that takes a
 * `Transaction` cannot run outside of it.
 */
export class Transaction {
  declare readonly [brand]: true;
  private readonly beforeCommit = new Map<unknown, BeforeCommit>();

  private constructor(
    private readonly client: PoolClient,
    private readonly manager: EntityManager,
  ) {}

  /** For `Database` alone. */
  static open(client: PoolClient, manager: EntityManager): Transaction {
    return new Transaction(client, manager);
  }

  /** Runs a statement in the transaction and answers its rows. */
  async query<R extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<R[]> {
    publishStatement(sql);
    const result = await this.client.query<R>(sql, [...values]);
    return result.rows;
  }

  /** The TypeORM repository of an entity, bound to the transaction. */
  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    return this.manager.getRepository(entity);
  }

  /**
   * Runs `work` as a part that can fail alone: when it throws, all that it did is undone,
   * also what it was going to write before the commit, and the transaction goes on.
   *
   * @throws whatever `work` throws
   */
  async savepoint<T>(work: (part: Transaction) => Promise<T>): Promise<T> {
    const part = new Transaction(this.client, this.manager);
    await this.query('SAVEPOINT part');
    try {
      const result = await work(part);
      for (const write of part.takeBeforeCommit()) await write(part);
      await this.query('RELEASE SAVEPOINT part');
      return result;
    } catch (error) {
      await this.query('ROLLBACK TO SAVEPOINT part');
      await this.query('RELEASE SAVEPOINT part');
      throw error;
    }
  }

  /** Runs `work` right before the commit; a later call with the same key replaces the earlier. */
  onBeforeCommit(key: unknown, work: BeforeCommit): void {
    this.beforeCommit.set(key, work);
  }

  /** For `Database` alone: what is to be written before the commit. */
  takeBeforeCommit(): BeforeCommit[] {
    const works = [...this.beforeCommit.values()];
    this.beforeCommit.clear();
    return works;
  }
}
