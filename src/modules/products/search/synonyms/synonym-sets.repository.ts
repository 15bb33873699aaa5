import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository } from 'typeorm';
import { problem } from '../../../../common/problems/problem.js';
import { Database } from '../../../../infrastructure/database/database.js';
import type { Transaction } from '../../../../infrastructure/database/transaction.js';
import type { SynonymKind, SynonymTerms } from './synonym-index.js';
import { SynonymSetEntity } from './synonym-set.entity.js';

/** Number of the advisory lock under which the sets are counted. */
const COUNT_LOCK = 1_760_000_072;

/** What is listed of the sets. */
export interface SynonymSetFilter {
  readonly kind?: SynonymKind | undefined;
  readonly limit: number;
  /** Only sets with a lesser id, which are older. */
  readonly beforeId?: string | undefined;
}

/** Columns of a set that staff change. */
export type SynonymSetChanges = Partial<Pick<SynonymSetEntity, 'kind' | 'terms' | 'replacements'>>;

/** The sets of synonyms. */
@Injectable()
export class SynonymSetsRepository {
  constructor(
    @InjectRepository(SynonymSetEntity) private readonly sets: Repository<SynonymSetEntity>,
    private readonly database: Database,
  ) {}

  /** A set, or `null`. */
  find(id: string): Promise<SynonymSetEntity | null> {
    return this.sets.findOneBy({ id });
  }

  /** Sets, the newest first, one more than the limit if there are. */
  list({ kind, limit, beforeId }: SynonymSetFilter): Promise<SynonymSetEntity[]> {
    return this.sets.find({
      where: { ...(kind ? { kind } : {}), ...(beforeId === undefined ? {} : { id: LessThan(beforeId) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
  }

  /** What all sets say, the oldest first. */
  listTerms(): Promise<SynonymTerms[]> {
    return this.database.query<SynonymTerms & { [column: string]: unknown }>(
      'SELECT kind, terms, replacements FROM search_synonyms ORDER BY id',
    );
  }

  /** How many sets there are; nobody else who counts goes on before the transaction ends. */
  async lockedCount(tx: Transaction): Promise<number> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [COUNT_LOCK]);
    const [row] = await tx.query<{ sets: number }>('SELECT count(*)::int AS sets FROM search_synonyms');
    return row?.sets ?? 0;
  }

  /**
   * Locks a set for a change of it.
   *
   * @param version the version that the client read; `null` for any
   * @throws Problem `not_found` (404), `precondition_failed` (412) when it has changed since
   */
  async lock(tx: Transaction, id: string, version: number | null): Promise<Readonly<SynonymSetEntity>> {
    const set = await tx.repository(SynonymSetEntity).findOne({ where: { id }, lock: { mode: 'for_no_key_update' } });
    if (!set) throw problem('not_found');
    if (version !== null && set.version !== version) throw problem('precondition_failed');
    return set;
  }

  /** Adds a set. */
  async insert(tx: Transaction, set: SynonymSetEntity): Promise<void> {
    await tx.repository(SynonymSetEntity).insert(set);
  }

  /** Changes a locked set and counts its version up. */
  async update(tx: Transaction, id: string, changes: SynonymSetChanges, now: Date): Promise<void> {
    await tx.repository(SynonymSetEntity).update({ id }, { ...changes, updatedAt: now, version: () => 'version + 1' });
  }

  /** Deletes a locked set. */
  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.repository(SynonymSetEntity).delete({ id });
  }
}
